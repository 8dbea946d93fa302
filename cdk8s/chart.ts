import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { apiAccess } from './parts/api-access.ts';
import { backupClaim } from './parts/backup/claim.ts';
import { backupVerify } from './parts/backup/verify.ts';
import { configuration } from './parts/configuration.ts';
import { helmTest } from './parts/helm-test.ts';
import { lease } from './parts/lease.ts';
import { podMonitor } from './parts/monitoring.ts';
import { networkPolicy, podDisruptionBudget, serviceAccount } from './parts/safety.ts';
import { headlessService, primaryService, service } from './parts/services.ts';
import { statefulSet } from './parts/statefulset.ts';
import { httpRoute, ingress } from './parts/traffic.ts';

/*
 * How to add a value, in about ten minutes:
 *
 *   values/<topic>.ts           its type, limits, default, description and perhaps an example
 *   parts/<topic>.ts            its use: `v.<topic>.<name>`. For an environment variable: its name in the program's
 *                               schema (app/invoices/config.ts), and a line in parts/environment.ts
 *   test/chart/values/*.yaml    something else than its default
 *   test/chart/meanings-*.ts    what that changes
 *
 * How to add a manifest, such as a PrometheusRule with values of its own: the same four files, and
 *
 *   values.ts                   a new group of values, below a heading
 *   chart.ts                    a call of the function that makes the manifest, in the constructor below
 *   parts/prometheus-operator.ts or parts/gateway-api.ts: a kind that Kubernetes does not have itself, by `crd()`. The
 *                               file in test/chart/values says `# needs: <apiVersion>` at its top: the e2e tests leave
 *                               the kind out where it is missing
 *
 * Then `npm run synth` (charts/liteset) and `npm run docs` (docs/reference). Made from these: values.yaml, its schema, the
 * tables of values, the named templates of conditions, and the variables that `extraEnv` must not set.
 */

/** All templates of the Helm chart `liteset`, one Kubernetes object each. */
export class LitesetChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    serviceAccount(this);
    apiAccess(this);
    lease(this);
    configuration(this);
    headlessService(this);
    service(this);
    primaryService(this);
    statefulSet(this);
    backupClaim(this);
    backupVerify(this);
    podDisruptionBudget(this);
    networkPolicy(this);
    ingress(this);
    httpRoute(this);
    podMonitor(this);
    helmTest(this);
  }
}

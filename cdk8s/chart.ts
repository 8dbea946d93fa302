import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { apiAccess } from './parts/api-access.ts';
import { backupClaim } from './parts/backup-claim.ts';
import { backupVerify } from './parts/backup-verify.ts';
import { configuration } from './parts/configuration.ts';
import { helmTest } from './parts/helm-test.ts';
import { lease } from './parts/lease.ts';
import { podMonitor } from './parts/monitoring.ts';
import { networkPolicy, podDisruptionBudget, serviceAccount } from './parts/safety.ts';
import { headlessService, primaryService, service } from './parts/services.ts';
import { statefulSet } from './parts/statefulset.ts';
import { httpRoute, ingress } from './parts/traffic.ts';

/*
 * How to add a value: about ten minutes.
 *
 *   1. values/<topic>.ts          its type, limits, default, description, and an example. A value of the top level goes
 *                                 into a group of values.ts, too.
 *   2. parts/<topic>.ts           use it: `v.<name>`. A value that becomes an environment variable: its name in the
 *                                 program's schema (app/invoices/config.ts), its line in parts/environment.ts.
 *   3. test/chart/values/*.yaml   set it to something else than its default.
 *   4. test/chart/meanings-*.ts   what that has to change.
 *   5. npm run synth              writes charts/liteset; `npm run docs` writes docs/reference.
 *
 * How to add a manifest: the same, and
 *
 *   6. parts/<topic>.ts           a function with a `new Manifest(...)`. Its id is the name of the template.
 *   7. the constructor below      call that function.
 *   8. parts/prometheus-operator.ts, parts/gateway-api.ts: a kind that Kubernetes does not have itself, by `crd()`.
 *                                 Its values file says `# needs: <apiVersion>`, so that the e2e tests skip it where the
 *                                 kind is missing.
 *
 * What nobody has to write: values.yaml, values.schema.json, the tables of values, and the list of variables that
 * `extraEnv` must not set.
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

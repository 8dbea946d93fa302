import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { apiAccess } from './parts/api-access.ts';
import { backupClaim } from './parts/backup-claim.ts';
import { backupVerify } from './parts/backup-verify.ts';
import { configuration } from './parts/configuration.ts';
import { helmTest } from './parts/helm-test.ts';
import { podMonitor } from './parts/monitoring.ts';
import { networkPolicy, podDisruptionBudget, serviceAccount } from './parts/safety.ts';
import { headlessService, service } from './parts/services.ts';
import { statefulSet } from './parts/statefulset.ts';
import { httpRoute, ingress } from './parts/traffic.ts';

/** All templates of the Helm chart `liteset`, one Kubernetes object each. */
export class LitesetChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    serviceAccount(this);
    apiAccess(this);
    configuration(this);
    headlessService(this);
    service(this);
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

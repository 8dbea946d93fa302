import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { includeMap, optional, release, whenItems } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { name, serviceAccountName, v } from '../names.ts';
import { apiToken } from './api-token.ts';
import { verifies } from './backup-access.ts';
import { backupName, backupUrl, claim, program, streamsToClaim, unprivileged } from './backup-program.ts';

/** The drill: restores the newest backup and compares it with what the cluster had. A Job that failed found a fault. */
export function backupVerify(scope: Construct): void {
  new Manifest(scope, 'backup-verify', k8s.KubeCronJob, {
    when: verifies,
    metadata: { name: `${backupName}-verify`, labels: includeMap('liteset.backupLabels') },
    spec: {
      schedule: v.backup.verify.schedule,
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: v.backup.verify.successfulJobsHistoryLimit,
      failedJobsHistoryLimit: v.backup.verify.failedJobsHistoryLimit,
      jobTemplate: {
        spec: {
          // A fault is a fault: another try would only tell it twice.
          backoffLimit: 0,
          template: {
            metadata: { labels: includeMap('liteset.backupLabels') },
            spec: {
              restartPolicy: 'Never',
              serviceAccountName,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              ...optional('imagePullSecrets', v.imagePullSecrets),
              securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
              containers: [
                {
                  name: 'verify',
                  ...program(v.backup.existingSecret),
                  args: [
                    'verify',
                    ...['-url', backupUrl, '-scratch', '/tmp', '-record'],
                    ...['-event', `${release.namespace}/StatefulSet/${name}`, '-log-level', v.backup.logLevel],
                  ],
                  ...optional('env', v.backup.extraEnv),
                  resources: v.backup.verify.resources,
                  securityContext: unprivileged,
                  volumeMounts: [
                    { name: 'scratch', mountPath: '/tmp' },
                    apiToken.mount,
                    ...whenItems(streamsToClaim, [claim.mount]),
                  ],
                },
              ],
              volumes: [
                { name: 'scratch', emptyDir: { sizeLimit: v.backup.verify.scratchSize } },
                apiToken.volume,
                ...whenItems(streamsToClaim, [claim.volume]),
              ],
              ...optional('nodeSelector', v.nodeSelector),
              ...optional('tolerations', v.tolerations),
            },
          },
        },
      },
    },
  });
}

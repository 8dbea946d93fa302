import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { comment, optional, whenItems } from '../../helm/blocks.ts';
import { include, quantityOf, release } from '../../helm/expr.ts';
import { Manifest } from '../../helm/manifest.ts';
import { labelsOfPart, name, serviceAccountName, v } from '../../names.ts';
import { apiToken } from '../api-token.ts';
import { verifies } from './access.ts';
import { backupUrl, claim, program, streamsToClaim, unprivileged } from './program.ts';

const verifyName = `${include('liteset.verifyName')}`;

/** Restores the newest backup regularly and compares it with what the cluster had. */
export function backupVerify(scope: Construct): void {
  new Manifest(scope, 'backup-verify', k8s.KubeCronJob, {
    when: verifies,
    about: 'Restores the newest backup and compares it with what the cluster had. A Job that failed found a fault.',
    metadata: { name: verifyName, labels: labelsOfPart('backup') },
    spec: {
      schedule: v.backup.verify.schedule,
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: v.backup.verify.successfulJobsHistoryLimit,
      failedJobsHistoryLimit: v.backup.verify.failedJobsHistoryLimit,
      jobTemplate: {
        spec: {
          ...comment('A fault is a fault: another try would only report it twice.'),
          backoffLimit: 0,
          template: {
            metadata: {
              ...optional('annotations', v.podAnnotations),
              ...comment('A workload identity may need a label on every pod that asks the store.'),
              labels: labelsOfPart('backup', v.podLabels),
            },
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
                    ...[
                      '-url',
                      backupUrl,
                      '-scratch',
                      '/tmp',
                      '-scratch-size',
                      quantityOf(v.backup.verify.scratchSize),
                      '-record',
                    ],
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
                { name: 'scratch', emptyDir: { sizeLimit: quantityOf(v.backup.verify.scratchSize) } },
                ...apiToken.volume,
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

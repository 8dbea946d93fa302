import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { comment, fieldsOf, optional } from '../../helm/blocks.ts';
import { and, not } from '../../helm/condition.ts';
import { quantityOf } from '../../helm/expr.ts';
import { Manifest } from '../../helm/manifest.ts';
import { labelsOfPart, v } from '../../names.ts';
import { backupName, usesClaim } from './program.ts';

/** The store of the backup, where no URL names another. */
export function backupClaim(scope: Construct): void {
  new Manifest(scope, 'backup-claim', k8s.KubePersistentVolumeClaim, {
    when: and(usesClaim, not(v.backup.persistence.existingClaim)),
    about: 'The store of the backup, where no URL names another. `helm uninstall` leaves it.',
    metadata: {
      name: backupName,
      ...comment('Not the labels of the pods: who deletes the databases by their labels must not delete the backup.'),
      labels: labelsOfPart('backup'),
      annotations: { 'helm.sh/resource-policy': 'keep', ...fieldsOf(v.backup.persistence.annotations) },
    },
    spec: {
      accessModes: v.backup.persistence.accessModes,
      ...optional('storageClassName', v.backup.persistence.storageClass),
      resources: { requests: { storage: quantityOf(v.backup.persistence.size) } },
    },
  });
}

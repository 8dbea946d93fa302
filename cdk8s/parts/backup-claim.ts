import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { and, fieldsOf, includeMap, not, optional, or } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { v } from '../names.ts';
import { backupName, restoresFromClaim, streamsToClaim } from './backup-program.ts';

/** The store, where no URL names another. `helm uninstall` leaves it: a backup is for the day after. */
export function backupClaim(scope: Construct): void {
  new Manifest(scope, 'backup-claim', k8s.KubePersistentVolumeClaim, {
    when: and(or(streamsToClaim, restoresFromClaim), not(v.backup.persistence.existingClaim)),
    metadata: {
      name: backupName,
      // Not the labels of the pods: who deletes the claims with the databases by their labels must not delete the backup.
      labels: includeMap('liteset.backupLabels'),
      annotations: { 'helm.sh/resource-policy': 'keep', ...fieldsOf(v.backup.persistence.annotations) },
    },
    spec: {
      accessModes: v.backup.persistence.accessModes,
      ...optional('storageClassName', v.backup.persistence.storageClass),
      resources: { requests: { storage: v.backup.persistence.size } },
    },
  });
}

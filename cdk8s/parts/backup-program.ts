import type { k8s } from 'cdk8s-plus-27';
import { and, Expr, include, not, or, orElse, type TemplatedFields, text, when } from '../helm/expr.ts';
import { name, user, v } from '../names.ts';

/** Name of the claim and, with an ending, of the CronJob. */
export const backupName = `${name}-backup`;

/** Where the claim of `backup.persistence` is mounted: the store, if no URL says otherwise. */
const claimPath = '/backup';
const claimUrl = new Expr<string>(`"file://${claimPath}"`, 'quoted');

/** The store of the stream. */
export const backupUrl = orElse(v.backup.url, claimUrl);
/** The store that an empty cluster fills itself from. */
export const restoreUrl = orElse(orElse(v.restore.url, v.backup.url), claimUrl);

/** Whether the stream, or the restore, uses the claim. */
export const streamsToClaim = and(v.backup.enabled, not(v.backup.url));
export const restoresFromClaim = and(v.restore.enabled, not(or(v.restore.url, v.backup.url)));

/** The claim as a volume of a pod, and as the program sees it. */
export const claim: {
  readonly volume: TemplatedFields<k8s.Volume>;
  readonly mount: TemplatedFields<k8s.VolumeMount>;
} = {
  volume: {
    name: 'backup',
    persistentVolumeClaim: {
      claimName: orElse(
        v.backup.persistence.existingClaim,
        new Expr<string>(`printf "%s-backup" (${name.pipeline})`, 'quoted'),
      ),
    },
  },
  mount: { name: 'backup', mountPath: claimPath },
};

/** A container with the backup program, as far as all of them are alike. `secret` names the Secret with its credentials. */
export const program = (secret: Expr<string>): Partial<TemplatedFields<k8s.Container>> => ({
  image: text(include('liteset.backupImage')),
  imagePullPolicy: v.backup.image.pullPolicy,
  ...when(secret, { envFrom: [{ secretRef: { name: secret } }] }),
  // Why it ended stays on the pod, in `kubectl describe`, when the container is started again and its log is gone.
  terminationMessagePolicy: 'FallbackToLogsOnError',
});

/** The program runs as nobody in particular. It is the owner of what it writes to the claim, from whichever pod. */
export const unprivileged: TemplatedFields<k8s.SecurityContext> = {
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

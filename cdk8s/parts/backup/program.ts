import type { k8s } from 'cdk8s-plus-27';
import { comment, when } from '../../helm/blocks.ts';
import { and, named, not, or } from '../../helm/condition.ts';
import { Expr, include, orElse, type TemplatedFields, text } from '../../helm/expr.ts';
import { name, user, v } from '../../names.ts';

/** Name of the claim and, with an ending, of the CronJob. */
export const backupName = `${name}-backup`;

/** Where the claim of `backup.persistence` is mounted: the store, if no URL says otherwise. */
const claimPath = '/backup';
const claimUrl = new Expr<string>(`"file://${claimPath}"`, 'quoted');

/**
 * A URL whose variables the program fills in, not the kubelet: arguments can be read by everybody on the node, and the
 * program knows how a password is encoded in a URL.
 */
const unexpanded = (url: Expr<string>) => new Expr<string>(`${url.pipeline} | replace "$(" "$$("`, 'quoted');

/** The store of the stream. */
export const backupUrl = unexpanded(orElse(v.backup.url, claimUrl));
/** The store that an empty cluster fills itself from. */
const restoreFrom = [v.restore.url, v.backup.url, claimUrl].map(({ pipeline }) => pipeline).join(' ');
export const restoreUrl = unexpanded(new Expr<string>(`coalesce ${restoreFrom}`, 'quoted'));

/** Whether the stream, or the restore, uses the claim. */
export const streamsToClaim = and(v.backup.enabled, not(v.backup.url));
export const restoresFromClaim = and(v.restore.enabled, not(or(v.restore.url, v.backup.url)));
export const usesClaim = named(
  'usesBackupClaim',
  'Whether the backup is on a claim: no URL names another store.',
  or(streamsToClaim, restoresFromClaim),
);

/** The claim as a volume of a pod, and as the program sees it. */
export const claim: {
  readonly volume: TemplatedFields<k8s.Volume>;
  readonly mount: TemplatedFields<k8s.VolumeMount>;
} = {
  volume: { name: 'backup', persistentVolumeClaim: { claimName: text(include('liteset.backupClaim')) } },
  mount: { name: 'backup', mountPath: claimPath },
};

/** A container with the backup program, as far as all of them are alike. `secret` names the Secret with its credentials. */
export const program = (secret: Expr<string>): Partial<TemplatedFields<k8s.Container>> => ({
  image: text(include('liteset.backupImage')),
  imagePullPolicy: v.backup.image.pullPolicy,
  ...when(secret, { envFrom: [{ secretRef: { name: secret } }] }),
  ...comment('Why it ended stays in `kubectl describe pod` when a new container has begun a new log.'),
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

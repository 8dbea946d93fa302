import { claimBackup } from './backup/store.ts';
import { apiServerStory } from './chaos/api-server.ts';
import { backupNodeStory } from './chaos/backup-node.ts';
import { wrongClocks } from './chaos/clocks.ts';
import { emptyVolumeStory } from './chaos/empty-volume.ts';
import { nodeDeletedStory } from './chaos/node-deleted.ts';
import { frozenNodeStory } from './chaos/partitions.ts';
import { plannedStory } from './chaos/planned.ts';
import { soakStory } from './chaos/soak.ts';
import { freshRelease } from './cluster/fresh-release.ts';
import { ownRelease } from './cluster/release.ts';

/** Faults of whole nodes and of the API server, which everybody on the cluster notices: nothing else runs meanwhile. */
const LONG = process.env['LITESET_LONG'] === '1';
const limit = LONG ? 'LONG_STORY' : 'STORY';
const release = ownRelease('chaos-nodes');

freshRelease(release, { lease: { type: 'kubernetes' }, replication: { ackReplicas: 1 }, backup: claimBackup });
wrongClocks(release);

describe('a release whose writes are acknowledged by a replica, and backed up', () => {
  plannedStory(release, 'drain', LONG ? 7 : 1, limit);
  frozenNodeStory(release);
  backupNodeStory(release);
  if (LONG) emptyVolumeStory(release, limit);
  if (LONG) nodeDeletedStory(release, limit);
  apiServerStory(release, LONG ? 300_000 : 10_000, limit);
  soakStory(release, LONG ? 150 : 9, 'LONG_STORY');
});

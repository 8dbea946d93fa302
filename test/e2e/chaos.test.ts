import { claimBackup } from './backup/store.ts';
import { apiServerStory } from './chaos/api-server.ts';
import { backupNodeStory } from './chaos/backup-node.ts';
import { clockStory } from './chaos/clocks.ts';
import { crashStories } from './chaos/crash.ts';
import { emptyVolumeStory } from './chaos/empty-volume.ts';
import { moveStories } from './chaos/move.ts';
import { nodeDeletedStory } from './chaos/node-deleted.ts';
import { frozenNodeStory, partitionStories, replicasCutStory, withoutDnsStory } from './chaos/partitions.ts';
import { plannedStories } from './chaos/planned.ts';
import { soakStory } from './chaos/soak.ts';
import { stalenessStory } from './chaos/staleness.ts';
import { unprotectedStory } from './chaos/unprotected.ts';
import { freshRelease } from './cluster/fresh-release.ts';
import { ownRelease } from './cluster/release.ts';

const LONG = process.env['LITESET_LONG'] === '1';
const limit = LONG ? 'LONG_STORY' : 'STORY';
const release = ownRelease('chaos');

freshRelease(release, { lease: { type: 'kubernetes' }, replication: { ackReplicas: 1 }, backup: claimBackup });

describe('a release whose writes are acknowledged by a replica', () => {
  clockStory(release);
  plannedStories(release, LONG ? 7 : 1, limit);
  moveStories(release, LONG ? 100 : 10, limit);
  crashStories(release, LONG ? 7 : 1, limit);
  partitionStories(release, ['apiServer', 'everything']);
  if (LONG) partitionStories(release, ['outgoing', 'incoming']);
  replicasCutStory(release);
  withoutDnsStory(release);
  frozenNodeStory(release);
  backupNodeStory(release);
  stalenessStory(release);
  if (LONG) emptyVolumeStory(release, limit);
  if (LONG) unprotectedStory(release);
  if (LONG) nodeDeletedStory(release, limit);
  apiServerStory(release, LONG ? 300_000 : 10_000, limit);
  soakStory(release, LONG ? 1_800_000 : 180_000, 'LONG_STORY');
});

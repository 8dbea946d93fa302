import { clockStory } from './chaos/clocks.ts';
import { crashStories } from './chaos/crash.ts';
import { moveStories } from './chaos/move.ts';
import { partitionStories, replicasCutStory, withoutDnsStory } from './chaos/partitions.ts';
import { plannedStory } from './chaos/planned.ts';
import { stalenessStory } from './chaos/staleness.ts';
import { unprotectedStory } from './chaos/unprotected.ts';
import { freshRelease } from './cluster/fresh-release.ts';
import { ownRelease } from './cluster/release.ts';

/** Faults that only the pods of this release notice, so that other files run beside it. */
const LONG = process.env['LITESET_LONG'] === '1';
const limit = LONG ? 'LONG_STORY' : 'STORY';
const release = ownRelease('chaos');

freshRelease(release, { lease: { type: 'kubernetes' }, replication: { ackReplicas: 1 } });

describe('a release whose writes are acknowledged by a replica', () => {
  clockStory(release);
  plannedStory(release, 'delete pod', LONG ? 7 : 1, limit);
  if (LONG) plannedStory(release, 'rollout restart', 7, limit);
  moveStories(release, LONG ? 100 : 10, limit);
  crashStories(release, LONG ? 7 : 1, limit);
  partitionStories(release, ['apiServer', 'everything']);
  if (LONG) partitionStories(release, ['outgoing', 'incoming']);
  replicasCutStory(release);
  withoutDnsStory(release);
  stalenessStory(release);
  if (LONG) unprotectedStory(release);
});

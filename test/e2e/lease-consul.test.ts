import { freshRelease } from './cluster/fresh-release.ts';
import { kubectl } from './cluster/kubectl.ts';
import { consulLease, ownRelease } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { timeout } from './cluster/timeouts.ts';
import { primaryDeletedStory, primaryKilled } from './stories/failover.ts';
import { replicationStories } from './stories/replication.ts';
import { scalingStories } from './stories/scaling.ts';
import { splitStory } from './stories/split.ts';

const release = ownRelease('consul');
const lease = consulLease();

beforeAll(async () => {
  await kubectl(['-n', 'consul', 'rollout', 'status', 'deployment/consul', '--timeout=60s'], { limit: 'PODS_READY' });
}, timeout('STORY'));
freshRelease(release, { lease });

describe('a release whose pods agree on the primary through Consul', () => {
  replicationStories(release);
  primaryDeletedStory(release);
  story(
    'when the primary pod is killed writes work again, and what was acknowledged before is not missing',
    release,
    (step) => primaryKilled(release, step),
  );
  scalingStories(release);
  if (process.env['LITESET_LONG'] === '1') splitStory(release, lease.consul.key);
});

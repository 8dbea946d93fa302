import { acknowledgedOrToBeSentAgain } from './assertions/traffic.ts';
import { freshRelease } from './cluster/fresh-release.ts';
import { kubectl } from './cluster/kubectl.ts';
import { consulLease, ownRelease } from './cluster/release.ts';
import { timeout } from './cluster/timeouts.ts';
import { primaryDeletedStory, primaryKilledStory } from './stories/failover.ts';
import { leaseStories } from './stories/replication.ts';
import { scalingStory } from './stories/scaling.ts';
import { splitStory } from './stories/split.ts';

const release = ownRelease('consul');
const lease = consulLease();

beforeAll(async () => {
  await kubectl(['-n', 'consul', 'rollout', 'status', 'deployment/consul', '--timeout=60s'], { limit: 'PODS_READY' });
}, timeout('STORY'));
freshRelease(release, { lease });

describe('a release whose pods agree on the primary through Consul', () => {
  leaseStories(release);
  primaryDeletedStory(release);
  primaryKilledStory(release, 'CONSUL_FAILOVER');
  scalingStory(release, acknowledgedOrToBeSentAgain);
  if (process.env['LITESET_LONG'] === '1') splitStory(release, lease.consul.key);
});

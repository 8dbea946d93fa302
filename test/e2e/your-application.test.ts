import { crashStories } from './chaos/crash.ts';
import { partitionStories } from './chaos/partitions.ts';
import { plannedStory } from './chaos/planned.ts';
import { freshRelease } from './cluster/fresh-release.ts';
import { ownRelease } from './cluster/release.ts';
import { recordsApplication, recordsValues } from './your-application/records.ts';
import { requestStories } from './your-application/requests.ts';

const LONG = process.env['LITESET_LONG'] === '1';
const limit = LONG ? 'LONG_STORY' : 'STORY';
const release = ownRelease('records', recordsApplication);

freshRelease(release, () => recordsValues({ replication: { ackReplicas: 1 } }));

describe('an application that knows nothing of Liteset', () => {
  requestStories(release);
  plannedStory(release, 'delete pod', LONG ? 10 : 1, limit);
  if (LONG) plannedStory(release, 'rollout restart', 5, limit);
  crashStories(release, LONG ? 3 : 1, limit);
  partitionStories(release, LONG ? ['apiServer', 'everything'] : ['apiServer']);
});

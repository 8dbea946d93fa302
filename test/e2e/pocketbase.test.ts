import { freshRelease } from './cluster/fresh-release.ts';
import { ownRelease } from './cluster/release.ts';
import { pocketbase, pocketbaseStories, pocketbaseValues } from './your-application/pocketbase.ts';

const release = ownRelease('pocketbase', pocketbase);

freshRelease(release, pocketbaseValues);

describe('PocketBase, unchanged', () => pocketbaseStories(release));

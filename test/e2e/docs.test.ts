import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Block, blocksFor } from '../docs/commands.ts';
import { sampleDatabase } from './assertions/sample-database.ts';
import { freshRelease } from './cluster/fresh-release.ts';
import { kubectl } from './cluster/kubectl.ts';
import { ownRelease } from './cluster/release.ts';
import { run } from './cluster/run.ts';
import { story } from './cluster/story.ts';

/** The pages speak of a release `invoices` in the current namespace. */
const release = { ...ownRelease('docs'), name: 'invoices' };
const folder = mkdtempSync(join(tmpdir(), 'liteset-docs-'));
const kubeconfig = join(folder, 'kubeconfig');

freshRelease(release, { backup: { enabled: true, persistence: { storageClass: 'shared', size: '1Gi' } } });

beforeAll(async () => {
  const config = JSON.parse(await kubectl(['config', 'view', '--raw', '--minify', '-o', 'json']));
  config.contexts[0].context.namespace = release.namespace;
  config['current-context'] = config.contexts[0].name;
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  symlinkSync(resolve('charts'), join(folder, 'charts'));
  writeFileSync(join(folder, 'my.db'), sampleDatabase());
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The tutorial comes first: the others change what it begins with. */
const pages = [...Map.groupBy(blocksFor('e2e'), ({ file }) => file)].sort(
  ([one], [other]) => Number(other.includes('tutorial')) - Number(one.includes('tutorial')),
);

describe('the commands of the docs', () => {
  for (const [page, blocks] of pages)
    story(page, release, async (step) => {
      const options = { env: { KUBECONFIG: kubeconfig }, folder, limit: 'STORY' } as const;
      await step('its commands, in their order, in one shell', () =>
        run('bash', ['-euo', 'pipefail', '-c', script(blocks)], options),
      );
    });
});

/** Says before each block which it is, and ends what was started in the background. */
const script = (blocks: readonly Block[]): string =>
  [
    `trap 'kill $(jobs -p) 2>/dev/null || true' EXIT`,
    ...blocks.map(({ file, line, text }) => `echo '# ${file}:${line}' >&2\n${text}`),
  ].join('\n');

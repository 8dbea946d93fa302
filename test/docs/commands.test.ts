import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { blocks, blocksFor, documents } from './commands.ts';

const bash = (...args: readonly string[]) => promisify(execFile)('bash', args);

const COMMANDS_MS = 60_000;

const page = `text

<!-- run: e2e -->
\`\`\`sh
kubectl get pods \\
  -o wide
\`\`\`

<!-- not run: it takes an hour -->
\`\`\`sh
hack/up.sh
\`\`\`

- a list

  \`\`\`sh
  helm version
  \`\`\`

\`\`\`ts
const x = 1;
\`\`\`
`;

test('a page is taken apart into its commands, and who runs them', () => {
  expect(blocks('page.md', page)).toEqual([
    { file: 'page.md', line: 4, text: 'kubectl get pods \\\n  -o wide\n', run: 'e2e' },
    { file: 'page.md', line: 10, text: 'hack/up.sh\n', run: 'none' },
    { file: 'page.md', line: 16, text: 'helm version\n', run: undefined },
  ]);
});

test('a reason why commands are not run is not optional', () => {
  expect(blocks('page.md', '<!-- not run: -->\n```sh\nls\n```\n')[0]?.run).toBeUndefined();
});

test('every block of commands says who runs it, or why nobody does', () => {
  expect(blocksFor(undefined).map(({ file, line }) => `${file}:${line}`)).toEqual([]);
});

test.each(documents().flatMap((file) => blocks(file)))(
  'the commands at $file:$line can be parsed by bash',
  ({ text }) => bash('-n', '-c', text),
);

test.each(blocksFor('unit').map((block) => [`${block.file}:${block.line}`, block.text] as const))(
  'the commands at %s work',
  async (_place, text) => {
    await bash('-euo', 'pipefail', '-c', text);
  },
  COMMANDS_MS,
);

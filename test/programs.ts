import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const BIN = 'hack/.bin';

/** The test files of a folder that name hack/.bin neither themselves nor in the code below test/ that they import. */
export const testsWithoutPrograms = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => resolve(folder, name))
    .filter((file) => !namesPrograms(file, new Set()));

function namesPrograms(file: string, seen: Set<string>): boolean {
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const code = readFileSync(file, 'utf8');
  if (code.includes(BIN)) return true;
  const imported = [...code.matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) => resolve(dirname(file), path));
  return imported.some((path) => path.includes('/test/') && namesPrograms(path, seen));
}

/** Says, before any test runs, which programs are missing and how to get them. */
export default function setup(): void {
  const programs = ['litefs', 'liteset-volume', 'etcd', 'kube-apiserver', 'helm', 'helm3'];
  const missing = programs.filter((name) => !existsSync(join(BIN, name)));
  if (missing.length === 0) return;
  process.stderr.write(
    `\n${BIN} lacks ${missing.join(', ')}: the tests that run them will fail. \`hack/test.sh unit\` and \`hack/test.sh chart\`\n` +
      'build them; `npm run test:fast` runs the tests that need none.\n\n',
  );
}

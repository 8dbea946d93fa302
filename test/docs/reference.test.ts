import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ofProcess } from '../../docs/generator/metrics.ts';
import { FOLDER, pages } from '../../docs/generator/pages.ts';
import { newDatabase, serveDuringTests } from '../app/invoices/rig/service.ts';
import { standalone } from '../app/invoices/rig/standalone.ts';

const written = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

test.each(Object.entries(pages()))('%s is what `npm run docs` writes', (file, content) => {
  expect(written(file)).toBe(content);
});

test.each(Object.entries(pages()))('each row of %s says what it means', (_file, content) => {
  expect(content).not.toMatch(/\|\s*\|$/m);
});

describe('nothing is left out of the tables that the pages are made from', () => {
  const service = serveDuringTests(newDatabase(), standalone);

  test('metrics: what a running service shows is on the page', async () => {
    const text = await (await service.get('/metrics')).text();
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name).filter((name) => !ofProcess(name));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !written('metrics.md').includes(`\`${name}\``))).toEqual([]);
  });

  test('headers: each is named in the table, and nowhere else', () => {
    expect(named(/['"]liteset-(?!import-|lease['"])[a-z-]+['"]/i)).toEqual(['app/liteset/headers.ts']);
  });

  test.each([
    ['options', 'app/liteset/options.ts', 'LitesetOptions'],
    ['methods', 'app/liteset/interface.ts', 'Liteset'],
  ])('the library: its %s', (_what, file, name) => {
    const [, body = ''] = readFileSync(file, 'utf8').split(`export interface ${name} {\n`);
    const members = [...body.slice(0, body.indexOf('\n}')).matchAll(/^ {2}(?:readonly )?(\w+)[?:(<]/gm)];
    expect(members.length).toBeGreaterThan(10);
    const page = written('middleware.md');
    expect(members.map(([, member]) => member).filter((it) => !new RegExp(`\`${it}[\`(]`).test(page))).toEqual([]);
  });

  test('problems: each type is made in one of the two tables', () => {
    expect(named(/urn:liteset:problem:/)).toEqual(['app/invoices/errors.ts', 'app/liteset/problem/types.ts']);
  });

  test('environment: what is read past the two schemas is on the page', () => {
    const names = sources().flatMap(([, text]) =>
      [...text.matchAll(/process\.env(?:\.|\[')(\w+)/g)].map(([, name]) => name),
    );
    expect(names.filter((name) => !written('environment.md').includes(`\`${name}\``))).toEqual([]);
  });
});

/** The files of the programs, and their content. */
const sources = (): [file: string, text: string][] =>
  (readdirSync('app', { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => [join('app', file), readFileSync(join('app', file), 'utf8')]);

/** The files of the programs in which a pattern occurs. */
const named = (pattern: RegExp): string[] =>
  sources()
    .filter(([, text]) => pattern.test(text))
    .map(([file]) => file)
    .sort();

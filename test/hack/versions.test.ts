import { globSync, readFileSync } from 'node:fs';

const read = (path: string): string => readFileSync(path, 'utf8');

/** The lines of hack/versions.env that set the version of a Go module. */
const lines = read('hack/versions.env')
  .split('\n')
  .filter((line) => /^\w+_VERSION=/.test(line));

describe('hack/versions.env', () => {
  it.each(lines)('names the module of %s, which a go.mod, or a file in its place, requires at that version', (line) => {
    const [, version = '', module = ''] = /^\w+=(v[^\s+]+)\S* # (\S+)$/.exec(line) ?? [];
    const required = globSync('hack/airgap/go/*/*.mod').flatMap((file) => read(file).split(/\s*\n\s*(?:require )?/));
    expect(required.map((it) => it.replace(' // indirect', ''))).toContain(`${module} ${version}`);
  });
});

describe('renovate.json', () => {
  const { customManagers, packageRules } = JSON.parse(read('renovate.json'));

  it('moves each version of hack/versions.env together with its go.mod', () => {
    const [{ matchStrings }] = customManagers;
    const found = [...read('hack/versions.env').matchAll(new RegExp(matchStrings[0], 'g'))];
    expect(found).toHaveLength(lines.length);
    const modules = new Set(found.map(({ groups }) => groups?.['depName']));
    expect([...packageRules[0].matchPackageNames].sort()).toEqual([...modules].sort());
  });
});

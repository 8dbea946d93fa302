import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bash, folder } from './bash.ts';

/** Lays ed scripts on a file of five lines, the numbers from 1 to 5. */
function lay(...scripts: string[]) {
  const at = mkdtempSync(join(folder, 'patch-'));
  const files = scripts.map((script, index) => {
    const file = join(at, `${index}.ed`);
    writeFileSync(file, script);
    return file;
  });
  writeFileSync(join(at, 'it.go'), '1\n2\n3\n4\n5\n');
  const awk = 'awk -v file=it.go -f hack/airgap/go/litefs/patch.awk "$@"';
  return bash(awk, [...files, join(at, 'it.go')]);
}
const header = (file: string) => `# Why.\n\n# ${file} 0a1b 2c3d\n`;

describe('patch.awk', () => {
  it('appends, changes and deletes as ed does', () => {
    const script = `${header('it.go')}5a\n6\n7\n.\n3,4c\n# three 0 1\nfour\n.\n1d\n`;
    expect(lay(script)).toEqual({ status: 0, stdout: '2\n# three 0 1\nfour\n5\n6\n7\n', stderr: '' });
  });

  it('takes the line numbers of each script for those of the file as it was', () => {
    const [one, other] = [`${header('it.go')}1,2d\n`, `${header('it.go')}4c\nfour\n.\n`];
    for (const scripts of [
      [one, other],
      [other, one],
    ])
      expect(lay(...scripts).stdout).toBe('3\nfour\n5\n');
  });

  it('leaves out what is for another file', () => {
    expect(lay(`${header('other.go')}1d\n2c\ntwo\n.\n${header('it.go')}5d\n`).stdout).toBe('1\n2\n3\n4\n');
  });

  it.each([
    ['two scripts that take away the same line', ['2d\n', '1,3d\n'], 'take away line 2 of it.go'],
    ['two scripts that put text at the same place', ['2a\na\n.\n', '2a\nb\n.\n'], 'put text behind line 2 of it.go'],
    ['a command that it does not know', ['s/1/2/\n'], 'not a command: s/1/2/'],
  ])('refuses %s', (_, scripts, reason) => {
    const { status, stderr } = lay(...scripts.map((script) => `${header('it.go')}${script}`));
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
  });
});

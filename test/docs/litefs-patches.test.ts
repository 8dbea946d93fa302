import { existsSync, readdirSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/explanation/litefs.md', 'utf8');
const patches = readdirSync('hack/airgap/go/litefs/patches').map((file) => file.replace(/\.ed$/, ''));

test.each(patches)('the patch %s has a test on a real LiteFS, and a row that says why it is there', (name) => {
  expect(existsSync(`test/app/litefs/${name}.test.ts`)).toBe(true);
  expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|(.+\\|){3}$`, 'm'));
});

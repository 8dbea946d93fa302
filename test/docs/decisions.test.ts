import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'docs/explanation/decisions';
const index = readFileSync(join(FOLDER, 'README.md'), 'utf8');
const decisions = readdirSync(FOLDER).filter((file) => /^\d{4}-/.test(file));

test.each(decisions)('%s says its status and date, and the index has them', (file) => {
  const [, status, date = ''] =
    /^Status: (\w+).*?, (\d{4}-\d\d-\d\d)/m.exec(readFileSync(join(FOLDER, file), 'utf8')) ?? [];
  expect(index).toMatch(new RegExp(`\\(${file}\\) \\| ${status} \\| ${date}`));
});

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { release } from './release-script.ts';

/** A checkout with what hack/release.sh reads, at version 1.2.3. */
function checkout(changelog: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'liteset-checkout-'));
  for (const path of ['hack/release.sh', 'hack/versions.env', 'hack/lib/common.sh'])
    cpSync(path, join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.2.3' }));
  writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
  return folder;
}

const DATED =
  '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-12-24\n\n### Fixed\n\n- A fault.\n\n## [1.2.2] - 2026-12-01\n';
const UNDATED = '# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- A fault.\n';

describe('a tag', () => {
  it.each([
    ['of the version whose section has a date', DATED, 'v1.2.3', { status: 0, stderr: '' }],
    ['of another version', DATED, 'v1.2.4', { status: 1, stderr: expect.stringContaining('package.json says 1.2.3') }],
    [
      'of a version that CHANGELOG.md does not name',
      UNDATED,
      'v1.2.3',
      { status: 1, stderr: expect.stringContaining("no section '## [1.2.3]") },
    ],
  ])('%s', async (_, changelog, tag, outcome) => {
    const folder = checkout(changelog);
    expect(await release(['check', tag], folder)).toMatchObject(outcome);
    rmSync(folder, { recursive: true });
  });
});

it('the notes of a release are the section of its version', async () => {
  const folder = checkout(DATED);
  expect(await release(['notes'], folder)).toMatchObject({ status: 0, stdout: '### Fixed\n\n- A fault.\n' });
  rmSync(folder, { recursive: true });
});

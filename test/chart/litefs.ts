import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Reading {
  /** Whether LiteFS takes the file for a valid configuration. */
  readonly accepted: boolean;
  /** What it says, on both streams. */
  readonly output: string;
}

function mount(config: string, env: Readonly<Record<string, string>>): Reading & { readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'liteset-litefs-'));
  try {
    writeFileSync(join(folder, 'litefs.yml'), config);
    const { status, stdout, stderr, error } = spawnSync(
      resolve('hack/.bin/litefs'),
      ['mount', '-config', join(folder, 'litefs.yml'), '--', 'true'],
      { encoding: 'utf8', timeout: 20_000, env: { PATH: process.env['PATH'], ...env } },
    );
    if (error) throw error;
    // LiteFS ends with 2 if it refuses its configuration, and with 1 if it fails later.
    if (status !== 1 && status !== 2) throw new Error(`litefs ended with ${status}: ${stdout}${stderr}`);
    return { accepted: status === 1, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Lets the real LiteFS read a configuration. It has no dry run, so it is made to fail right after it has accepted the
 * file and before it opens a port or a folder: by a backup service with an impossible address.
 */
export const check = (config: string, pod: string): Reading =>
  mount(config, { POD_NAME: pod, LITEFS_CLOUD_TOKEN: 'none', LITEFS_CLOUD_ENDPOINT: 'http://%zz' });

/**
 * Lets the real LiteFS say whom it takes for primary and what it tells others about itself. It gets a port of its own
 * and no folder, which it says only after that.
 */
export const start = (config: string, pod: string): string =>
  mount(config.replace('addr: :20202', 'addr: 127.0.0.1:0').replace('dir: /var/lib/litefs', 'dir: /dev/null/none'), {
    POD_NAME: pod,
  }).output;

import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from './rig/service.ts';

/** Runs a command of the image with a program in Node's place that tells what it is and may, as `/proc` has it. */
function status(command: string): Record<string, string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'node'), '#!/bin/sh\ncat /proc/self/status\n');
  chmodSync(join(folder, 'node'), 0o755);
  chmodSync(folder, 0o755);
  const text = execFileSync(resolve('app/invoices', command), {
    env: { PATH: `${folder}:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  return Object.fromEntries(text.split('\n').map((line) => line.split(/:\s*/) as [string, string]));
}

test.each(['liteset-import', 'shell/sqlite3'])(
  '%s opens a file of a stranger without any capability, and without a way to get one',
  (command) => {
    // As `kubectl exec` does: root, with all that LiteFS may do.
    expect(process.getuid?.()).toBe(0);
    const none = '0000000000000000';
    expect(status(command)).toMatchObject({
      CapEff: none,
      CapPrm: none,
      CapBnd: none,
      CapInh: none,
      CapAmb: none,
      NoNewPrivs: '1',
    });
  },
);

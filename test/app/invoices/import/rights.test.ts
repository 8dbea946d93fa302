import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../rig/service.ts';

/** Runs `liteset-import` with a program in Node's place that tells what it is and may, as `/proc` has it. */
function status(): Record<string, string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'node'), '#!/bin/sh\ncat /proc/self/status\n');
  chmodSync(join(folder, 'node'), 0o755);
  chmodSync(folder, 0o755);
  const text = execFileSync(resolve('app/invoices/liteset-import'), {
    env: { PATH: `${folder}:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  return Object.fromEntries(text.split('\n').map((line) => line.split(/:\s*/) as [string, string]));
}

test('a file of a stranger is opened without any capability, and without a way to get one', () => {
  // As `kubectl exec` does: root, with all that LiteFS may do.
  expect(process.getuid?.()).toBe(0);
  const none = '0000000000000000';
  expect(status()).toMatchObject({
    CapEff: none,
    CapPrm: none,
    CapBnd: none,
    CapInh: none,
    CapAmb: none,
    NoNewPrivs: '1',
  });
});

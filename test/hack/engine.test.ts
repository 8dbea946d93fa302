import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bash, folder } from './bash.ts';

it('the docker engine keeps no file open that the caller of hack/up.sh has open, such as a lock', () => {
  const engine = join(folder, 'engine');
  mkdirSync(engine);
  writeFileSync(join(engine, 'dockerd'), '#!/bin/sh\nls -l /proc/$$/fd\n');
  chmodSync(join(engine, 'dockerd'), 0o755);
  const { status } = bash(
    '. hack/lib/common.sh; . hack/lib/engine.sh; PATH=$1:$PATH; exec 7>"$1/lock"; launch_engine & wait $!',
    [engine],
  );
  expect(status).toBe(0);
  expect(readFileSync(join(engine, 'dockerd.log'), 'utf8')).toMatch(/ 1 -> .*dockerd.log/);
  expect(readFileSync(join(engine, 'dockerd.log'), 'utf8')).not.toContain('lock');
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

const PROGRAM = 'hack/.bin/registry';

/** An OCI registry of this process's own, in memory. */
export interface Registry {
  /** Its address, such as `127.0.0.1:5000`; it speaks HTTP without TLS. */
  readonly host: string;
  stop(): Promise<void>;
}

/** Starts a registry on a free port. @throws Error if it is not built, or ends at once */
export async function startRegistry(): Promise<Registry> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there: run \`hack/build.sh registry\``);
  const child = spawn(PROGRAM, ['-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stderr);
  for await (const line of lines) {
    const port = /serving on port (\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr.resume(); // what it logs from now on is not read, and must not fill the pipe
    const stop = async () => {
      child.kill();
      await ended;
    };
    return { host: `127.0.0.1:${port}`, stop };
  }
  throw new Error(`${PROGRAM} ended before it served`);
}

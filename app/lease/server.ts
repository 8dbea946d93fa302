import { readConfig } from './config.ts';
import { serve } from './serve.ts';

/** The process in the container `lease`. It can be killed at any time: all that it knows is in the Lease. */
const sidecar = await serve(readConfig(process.env));

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void sidecar.stop().finally(() => process.exit(0));
  });
}

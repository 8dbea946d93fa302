import { stopOnSignal } from '../liteset/lib/process.ts';
import { readConfig } from './config.ts';
import { serve } from './serve.ts';

/** The process in the container `lease`. It can be killed at any time: all that it knows is in the Lease. */
const sidecar = await serve(readConfig(process.env));
stopOnSignal(() => sidecar.stop());

import { pino } from 'pino';
import { stopOnSignal, surviveBrokenPromises } from '../liteset/lib/process.ts';
import { readConfig } from './config.ts';
import { serve } from './serve.ts';

/** The process in the container `lease`. It can be killed at any time: all that it knows is in the Lease. */
const config = readConfig(process.env);
surviveBrokenPromises(pino({ base: { pod: config.POD_NAME } }));
const sidecar = await serve(config);
stopOnSignal(() => sidecar.stop());

import { pino } from 'pino';
import { stopOnSignal, surviveBrokenPromises } from '../liteset/lib/process.ts';
import { readConfig } from './config.ts';
import { serve } from './serve.ts';

/**
 * The process in the container. LiteFS started it and passes SIGTERM on. It must then exit with 0: after any other
 * code LiteFS neither unmounts nor gives up its lease, and the cluster waits for the lease to run out.
 */
const config = readConfig(process.env);
surviveBrokenPromises(pino({ base: { pod: config.pod } }));
const service = await serve(config, import.meta.dirname);
stopOnSignal(() => service.stop());

import { pino } from 'pino';
import { stopOnSignal, surviveBrokenPromises } from '../liteset/lib/process.ts';
import { readConfig } from './config.ts';
import { serve } from './serve.ts';

/** The process in the container `proxy`. */
const config = readConfig(process.env);
surviveBrokenPromises(pino({ base: { pod: config.pod } }));
const proxy = await serve(config);
stopOnSignal(() => proxy.stop());

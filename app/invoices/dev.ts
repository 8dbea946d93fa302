import { readConfig } from './config.ts';
import { serve } from './serve.ts';

/** `npm run dev`: the same service on a plain SQLite file in this folder, with sample data, without LiteFS. Beside hack/up.sh, which has port 8080. */
const config = readConfig({
  PORT: '3000',
  SAMPLE_INVOICES: '412',
  LOG_LEVEL: 'warn',
  ...process.env,
  DATABASE_PATH: 'dev.db',
});
const { port } = await serve({ ...config, litefsUrl: undefined, peers: undefined }, import.meta.dirname);
console.log(`Invoices on http://127.0.0.1:${port}/   (database: dev.db)`);

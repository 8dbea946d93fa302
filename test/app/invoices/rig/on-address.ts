/** The whole service, as LiteFS starts it beside others on one machine: on an address of its own. Run by Node, not by jest. */
import { resolve } from 'node:path';
import { readConfig } from '../../../../app/invoices/config.ts';
import { serve } from '../../../../app/invoices/serve.ts';
import { stopOnSignal } from '../../../../app/liteset/lib/process.ts';

const { DATABASE, HOST, POD, PORT, ...others } = process.env;
const config = readConfig({
  ...others,
  ...{ DATABASE_PATH: DATABASE, POD_NAME: POD, PORT, PEER_PORT: PORT, PEERS: 'localhost', SAMPLE_INVOICES: '100' },
});
const service = await serve({ ...config, host: HOST }, resolve('app/invoices'));
stopOnSignal(() => service.stop());

/** A pod's agent, application and proxy, as LiteFS starts them in these tests. Run by Node, not by jest. */
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { stopOnSignal } from '../../../../app/liteset/lib/process.ts';
import { readConfig } from '../../../../app/proxy/config.ts';
import { serve } from '../../../../app/proxy/serve.ts';
import { AgentStandIn } from './agent-stand-in.ts';

const { DATABASE = '', HOST = '', POD, PORT, LITEFS_URL = '', ...others } = process.env;
const socket = `${DATABASE.slice(0, DATABASE.lastIndexOf('/mount/'))}/agent.sock`;
/** Each pod has an address of its own here, but all applications share one. */
const appPort = String(Number(others['APP_PORTS']) + Number(POD?.split('-')[1]));
/** How often garbage is collected for tests that look at what is held, in milliseconds. */
const COLLECT_MS = 20;
if (others['COLLECT']) {
  setFlagsFromString('--expose-gc');
  setInterval(runInNewContext('gc'), COLLECT_MS).unref();
}
const end = new AbortController();
const agent = new AgentStandIn({
  ...{ socket, litefsUrl: LITEFS_URL, database: DATABASE },
  ...{ program: resolve('test/app/proxy/rig/application.ts'), env: { APP_PORT: appPort } },
});
await agent.start(end.signal);
const proxy = await serve({
  ...readConfig({
    ...others,
    ...{ DATABASE: 'app.db', AGENT_SOCKET: socket, APP_PORT: appPort, LITEFS_URL, POD_NAME: POD },
    ...{ PORT, PEER_PORT: PORT, PEERS: 'localhost', READY_PATH: '/' },
  }),
  host: HOST,
});
stopOnSignal(async () => {
  await agent.terminate();
  await proxy.stop();
  end.abort();
});

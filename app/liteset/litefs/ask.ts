import { get } from 'node:http';
import { connect } from 'node:net';
import { z } from 'zod';
import type { Positions } from './positions.ts';

/** Of LiteFS's `/debug/vars`, what its store says (`StoreVar` in store.go): the only place that tells positions when asked. */
const vars = z.object({
  store: z.object({
    isPrimary: z.boolean(),
    dbs: z.record(z.string(), z.object({ txid: z.string(), checksum: z.string() })),
  }),
});

/** Of LiteFS's `/info`, which leaves out what is empty. */
const info = z.object({ clusterID: z.string().default('') });

/** What a LiteFS says of itself. */
export interface LitefsStatus {
  /** Identity of its cluster; empty if it has none yet. */
  readonly clusterId: string;
  readonly isPrimary: boolean;
  readonly positions: Positions;
}

/** Asks a LiteFS for its role and positions; undefined if it does not answer in time. */
export async function askLitefs(url: string, ms: number): Promise<LitefsStatus | undefined> {
  const [said, clusterId] = await Promise.all([getJson(new URL('/debug/vars', url), ms), askClusterId(url, ms)]);
  const store = vars.safeParse(said).data?.store;
  if (store === undefined || clusterId === undefined) return undefined;
  const positions = Object.entries(store.dbs).map(([name, { txid, checksum }]) => [name, `${txid}/${checksum}`]);
  return { clusterId, isPrimary: store.isPrimary, positions: Object.fromEntries(positions) as Positions };
}

/** Asks a LiteFS for the identity of its cluster, empty if it has none; undefined if it does not answer in time. */
export async function askClusterId(url: string, ms: number): Promise<string | undefined> {
  return info.safeParse(await getJson(new URL('/info', url), ms)).data?.clusterID;
}

/** Gets JSON; undefined if none arrives in time. */
export function getJson(url: URL, ms: number): Promise<unknown> {
  return new Promise((resolve) => {
    const end = () => resolve(undefined);
    get(url, { signal: AbortSignal.timeout(Math.ceil(ms)), agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('error', end);
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        try {
          resolve(JSON.parse(text));
        } catch {
          end();
        }
      });
    }).on('error', end);
  });
}

/** Whether anything accepts connections there. Only a refusal says no: then no process has the port open. */
export function accepts(url: string, ms: number): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const settle = (accepted: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(accepted);
    };
    const timer = setTimeout(() => settle(true), ms);
    socket.once('connect', () => settle(true));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED'));
  });
}

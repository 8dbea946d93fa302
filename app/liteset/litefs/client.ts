import { createReadStream, statSync } from 'node:fs';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { getJson } from '../lib/http.ts';
import type { Positions } from './positions.ts';

/** `GET /info` (NodeInfo in litefs.go), which leaves an empty `clusterID` out. */
const info = z.object({
  clusterID: z.string().default(''),
  isPrimary: z.boolean().default(false),
  candidate: z.boolean().default(false),
  primary: z.object({ hostname: z.string().default('') }).default({ hostname: '' }),
});
/** What LiteFS says of its own node. `primary.hostname` is empty if it knows none, and its own if it is the primary. */
export type LitefsInfo = z.infer<typeof info>;

const standing = z.object({ txid: z.string(), checksum: z.string() });
/** Not a record of zod's: that leaves a database out whose name is `__proto__`. */
const standings = z
  .custom<object>((value) => typeof value === 'object' && value !== null)
  .transform((named) => Object.entries(named))
  .pipe(z.array(z.tuple([z.string(), standing])));
/** Of `GET /debug/vars`, what its store says (StoreVar in store.go): the only place that tells positions when asked. */
const vars = z.object({ store: z.object({ isPrimary: z.boolean(), dbs: standings }) });

/** How a LiteFS stands. */
export interface LitefsStatus {
  /** Identity of its cluster; empty if it has none yet. */
  readonly clusterId: string;
  readonly isPrimary: boolean;
  readonly positions: Positions;
}

/** LiteFS has answered, and does not do it. */
export class LitefsRefusal extends Error {}

/** How long LiteFS may take to tell about itself, in milliseconds. */
const INFO_MS = 2_000;

/**
 * Asks a LiteFS who it is, who the primary is, and whether it may become that.
 *
 * @throws if it does not answer.
 */
export async function askInfo(url: string): Promise<LitefsInfo> {
  return info.parse(JSON.parse(await send(url, 'GET', '/info', { signal: AbortSignal.timeout(INFO_MS) })));
}

/** Asks a LiteFS for its role and positions; undefined if it does not answer within `ms`. */
export async function askLitefs(url: string, ms: number): Promise<LitefsStatus | undefined> {
  const [said, clusterId] = await Promise.all([getJson(new URL('/debug/vars', url), ms), askClusterId(url, ms)]);
  const store = vars.safeParse(said).data?.store;
  if (store === undefined || clusterId === undefined) return undefined;
  const positions = store.dbs.map(([name, { txid, checksum }]) => [name, `${txid}/${checksum}`]);
  return { clusterId, isPrimary: store.isPrimary, positions: Object.fromEntries(positions) as Positions };
}

/** Asks a LiteFS for the identity of its cluster, empty if it has none; undefined if it does not answer within `ms`. */
export async function askClusterId(url: string, ms: number): Promise<string | undefined> {
  return info.safeParse(await getJson(new URL('/info', url), ms)).data?.clusterID;
}

/**
 * Asks LiteFS on a replica to have the lease switched over to it. It returns when the primary has taken the request, which
 * is before it has given the lease up: only the event tells of that.
 *
 * @throws LitefsRefusal if the primary refused it, or LiteFS does not know one: nothing has changed then. Any other error
 * tells nothing.
 */
export async function askPromotion(url: string, signal: AbortSignal): Promise<void> {
  await send(url, 'POST', '/promote', { signal });
}

/**
 * Puts the file at `path` in the place of the database of a name, as one transaction.
 *
 * @throws LitefsRefusal if LiteFS does not take it: only a primary does.
 */
export async function postImport(url: string, name: string, path: string): Promise<void> {
  const headers = { 'Content-Length': statSync(path).size };
  await send(url, 'POST', `/import?name=${encodeURIComponent(name)}`, { headers }, path);
}

/** HTTP/1.1 does for everything but LiteFS's own replication stream, although its client speaks HTTP/2 everywhere. */
async function send(
  url: string,
  method: string,
  path: string,
  options: RequestOptions,
  file?: string,
): Promise<string> {
  const target = new URL(path, url);
  const sent = request(target, { method, agent: false, ...options });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).on('error', reject);
  });
  if (file === undefined) sent.end();
  // How it went, the answer tells: LiteFS may give it, and close the connection, before all was sent.
  else pipeline(createReadStream(file), sent, () => {});
  const answer = await answered;
  const body = await text(answer);
  if (answer.statusCode === 200) return body;
  throw new LitefsRefusal(
    `LiteFS on ${target.host} answered ${answer.statusCode} to ${target.pathname}: ${body.trim()}`,
  );
}

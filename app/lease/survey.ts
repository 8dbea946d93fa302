import { z } from 'zod';
import type { Addresses } from '../liteset/lib/addresses.ts';
import { getJson } from '../liteset/lib/http.ts';
import { askLitefs } from '../liteset/litefs/client.ts';
import { positionOf } from '../liteset/litefs/positions.ts';
import type { Peer, Survey } from './core/freshness.ts';
import type { LitefsView } from './litefs-view.ts';

/** Longest that DNS may take, in milliseconds: then what it said last is used. */
const DNS_MS = 300;
/** Longest that a peer may take, in milliseconds: one that is gone must not hold up its own replacement. */
const PEER_MS = 400;

/** Where the other pods are. */
export interface Peers {
  /** DNS names or addresses; all that they resolve to is asked. */
  readonly names: readonly string[];
  readonly addresses: Addresses;
  /** Addresses of this pod, which are left out. */
  readonly own: readonly string[];
  readonly litefsPort: number;
  /** Port on which the sidecars tell of themselves. */
  readonly sidecarPort: number;
}

/** What a sidecar says to the others at `/position`: whether its history may not be that of the last primary. */
const peerStatus = z.object({ pod: z.string(), foreign: z.boolean() });
export type PeerStatus = z.infer<typeof peerStatus>;

/** Asks this pod's LiteFS and all peers at once where they stand. Who does not answer in time is not there. */
export async function survey(view: LitefsView, litefsUrl: string, peers: Peers, ms: number): Promise<Survey> {
  const [own, addresses] = await Promise.all([askLitefs(litefsUrl, ms), resolve(peers, Math.min(ms, DNS_MS))]);
  const answers = await Promise.all(addresses.map((address) => askPeer(address, peers, Math.min(ms, PEER_MS))));
  return {
    own: own?.positions,
    clusterId: own?.clusterId ?? '',
    passed: (database, position) =>
      positionOf(own?.positions ?? {}, database) === position || view.passed(database, position),
    peers: answers.filter((peer) => peer !== undefined),
  };
}

async function resolve({ names, addresses, own }: Peers, ms: number): Promise<string[]> {
  return (await addresses.of(names, ms)).filter((address) => !own.includes(address));
}

async function askPeer(address: string, { litefsPort, sidecarPort }: Peers, ms: number): Promise<Peer | undefined> {
  const host = address.includes(':') ? `[${address}]` : address;
  const [status, said] = await Promise.all([
    askLitefs(`http://${host}:${litefsPort}`, ms),
    getJson(new URL(`http://${host}:${sidecarPort}/position`), ms),
  ]);
  if (status === undefined) return undefined;
  const { data } = peerStatus.safeParse(said);
  return { name: data?.pod ?? address, foreign: data?.foreign ?? false, ...status };
}

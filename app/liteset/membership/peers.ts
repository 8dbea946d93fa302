import { isIPv6 } from 'node:net';
import { z } from 'zod';
import type { Role } from '../options.ts';
import type { Membership } from './membership.ts';

/** One pod, as `cluster()` knows it. */
export interface PodStatus {
  pod: string;
  role: Role;
  /** TXID as 16 hex digits. */
  position: string;
  /** How many transactions it is behind the furthest pod that answered. */
  lagTransactions: number;
  /** Whether it is the pod that was asked. */
  self: boolean;
}

/** The pods that answered, and which of them takes the writes. */
export interface Cluster {
  primary: string | null;
  pods: PodStatus[];
}

/** Where every pod says its role and position, for the other pods. */
export const STATUS_PATH = '/liteset/status';

/** How long a pod may take to say its status, in milliseconds. */
const STATUS_MS = 1_000;

const status = z.object({
  pod: z.string(),
  role: z.enum(['primary', 'replica']),
  primary: z.string().nullable(),
  position: z.string().regex(/^[0-9a-f]{16}$/),
  connected: z.boolean(),
  /** Checksum at that position. A pod of an earlier release says neither this nor what is below. */
  checksum: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  /** Whether it is certain to be the primary now. */
  actsAsPrimary: z.boolean().optional(),
});
/** What a pod says of itself at `STATUS_PATH`. */
export type Status = z.infer<typeof status>;

/** What this pod says of itself. */
export function statusOf(membership: Membership): Status {
  const { txid, checksum } = membership.copy.position();
  return {
    pod: membership.pod,
    role: membership.role,
    primary: membership.primary ?? null,
    position: txid,
    connected: membership.connected,
    checksum,
    actsAsPrimary: membership.mayActAsPrimary(),
  };
}

/** Asks the pods at these addresses, this one excepted. What does not answer is not there. */
export async function askCluster(
  membership: Membership,
  port: number,
  addresses: () => Promise<string[]>,
): Promise<Cluster> {
  const answers = await Promise.all((await addresses()).map((address) => askStatus(address, port)));
  const self = statusOf(membership);
  // One pod may have several addresses, and this pod is among them.
  const statuses = new Map(
    [self, ...answers.filter((answer) => answer?.pod !== self.pod)].flatMap((s) => (s ? [[s.pod, s]] : [])),
  );
  const newest = [...statuses.values()].reduce((max, { position }) => (position > max ? position : max), '');
  const pods = [...statuses.values()]
    .map(
      (one): PodStatus => ({
        pod: one.pod,
        role: one.role,
        position: one.position,
        lagTransactions: Number(BigInt(`0x${newest}`) - BigInt(`0x${one.position}`)),
        self: one === self,
      }),
    )
    .sort((a, b) => a.pod.localeCompare(b.pod, 'en', { numeric: true }));
  return { primary: pods.find(({ role }) => role === 'primary')?.pod ?? self.primary, pods };
}

/** Asks one pod; undefined if it does not answer in time. */
export async function askStatus(address: string, port: number): Promise<Status | undefined> {
  const host = isIPv6(address) ? `[${address}]` : address;
  try {
    const answer = await fetch(`http://${host}:${port}${STATUS_PATH}`, { signal: AbortSignal.timeout(STATUS_MS) });
    return status.safeParse(await answer.json()).data;
  } catch {
    return undefined;
  }
}

import type { Positions } from '../litefs/positions.ts';
import type { Membership } from '../membership/membership.ts';
import { Problem } from '../problem/problem.ts';
import { problems } from '../problem/types.ts';
import type { Replica, Replicas } from '../replication/replicas.ts';

/**
 * How long LiteFS may take from the order to the new primary, in milliseconds. Its own limits are 5 s for each of two
 * steps; until then writes must not go on here, since the lease may go yet.
 */
const MOVE_MS = 12_000;

/** LiteFS on the replica has refused: nothing has changed. */
export class PromotionRefused extends Problem {}

/** A switchover that has failed, and why. */
export const failed = (detail: string): Problem => new Problem(problems.switchoverFailed, detail);

/** What it takes to promote a pod. */
interface Promoting {
  membership: Membership;
  replicas: Replicas;
  /** Where all databases stand, if there may be others than the one that is followed. */
  positions?: (() => Promise<Positions>) | undefined;
}

/** Has a replica take the lease over. Only when it has certainly not moved, or has arrived, does this return. */
export async function promote(chosen: Replica, { membership, replicas, positions }: Promoting): Promise<void> {
  const { pod, address, send } = chosen;
  const all = await positions?.();
  const successor = () => replicas.all().find((replica) => replica.pod === pod);
  let refusal: string | undefined;
  let host: string | undefined;
  const isSettled = () => {
    // A refusal in the report it was chosen by is of an earlier order.
    if (successor() !== chosen) refusal ??= successor()?.refusal;
    // It ends its stream after this report, so that it is not to be seen here for long.
    if (successor()?.primary) host = successor()?.host || address;
    return refusal !== undefined || (host !== undefined && membership.role !== 'primary');
  };
  const settled = membership.changes.until(isSettled, MOVE_MS);
  send({ promote: membership.copy.position(), ...(all && { all }) });
  await settled;
  if (refusal !== undefined)
    throw new PromotionRefused(problems.switchoverFailed, `${pod} could not take over: ${refusal}`);
  if (host === undefined || membership.role === 'primary') {
    const here = membership.role === 'primary';
    throw failed(
      here ? `${pod} has not taken over.` : `The lease is given up, but ${pod} does not say that it has it.`,
    );
  }
  membership.announce(host);
  for (const replica of replicas.all()) if (replica.pod !== pod) replica.send({ primary: host });
}

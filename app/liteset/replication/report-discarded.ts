import type { Position } from '../litefs/position.ts';

/** How long whoever keeps the lease may take to hear of it, in milliseconds. It is in the same pod. */
const CALL_MS = 2_000;

/** Tells whoever keeps the lease, if anybody does, which transactions of this pod were discarded; see app/lease/discarded-event.ts. */
export async function reportDiscarded(fenceUrl: string | undefined, positions: readonly Position[]): Promise<void> {
  if (fenceUrl === undefined) return;
  const [first, last] = [positions[0]?.txid, positions.at(-1)?.txid];
  const answer = await fetch(new URL('/discarded', fenceUrl), {
    method: 'POST',
    body: JSON.stringify({ count: positions.length, first, last }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`);
}

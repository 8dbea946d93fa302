import { followLines } from '../liteset/lib/follow-lines.ts';
import { type Positions, parsePositions } from '../liteset/litefs/positions.ts';

/**
 * Follows how far this pod's application has acknowledged writes (`GET /liteset/confirmed`), until the signal. Noted in the
 * Lease instead of LiteFS's own positions, a survivor that has all that was acknowledged need not wait for a pod that
 * has more. `listener` is told `{}` when the application does not say: then LiteFS's positions count.
 */
export async function followConfirmed(
  url: string | undefined,
  listener: (confirmed: Positions) => void,
  signal: AbortSignal,
): Promise<void> {
  if (url === undefined) return;
  const lost = () => listener({});
  await followLines(new URL(url), { onLine: (line) => listener(parsePositions(line)), onLost: lost }, signal);
}

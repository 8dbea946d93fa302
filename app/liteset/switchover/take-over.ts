import { setTimeout as delay } from 'node:timers/promises';
import { askInfo, askLitefs, askPromotion, LitefsRefusal } from '../litefs/client.ts';
import { type Position, samePosition } from '../litefs/position.ts';
import { isEmpty, type Positions, positionOf } from '../litefs/positions.ts';
import type { Membership } from '../membership/membership.ts';
import type { Logger } from '../options.ts';

/** How long this pod's LiteFS may take to answer that it will be promoted, in milliseconds. */
const ANSWER_MS = 10_000;

/** How long the copies of other databases may take to be as far as the primary's, which nobody writes, and how often LiteFS is asked. */
const LEVEL_MS = { most: 3_000, pause: 10 };

/** Where the primary stands, to whom nobody writes any more. `all` is undefined where there is one database. */
interface Standing {
  readonly position: Position;
  readonly all: Positions | undefined;
}

/** Has LiteFS take the lease over, once this copy is as far as the primary's. Returns why it does not, if it says so. */
export async function takeOver(
  litefsUrl: string,
  { position, all }: Standing,
  membership: Membership,
  logger: Logger,
): Promise<string | undefined> {
  if (!samePosition(position, membership.copy.position())) return 'it is at another position';
  const behind = all && (await lacking(litefsUrl, all));
  if (behind) return `its copy of ${behind} is not as far`;
  try {
    await askPromotion(litefsUrl, AbortSignal.timeout(ANSWER_MS));
  } catch (error) {
    // Anything but LiteFS's own word may come after the lease has moved: the primary must not go on for it.
    if (error instanceof LitefsRefusal) return error.message;
    logger.warn(`liteset: no answer to the promotion: ${String(error)}`);
  }
}

/** Waits until LiteFS has the databases as they are there. Returns which it lacks then, if any. */
async function lacking(litefsUrl: string, all: Positions): Promise<string | undefined> {
  const end = performance.now() + LEVEL_MS.most;
  // Nobody is sent one without a transaction.
  const written = Object.fromEntries(Object.entries(all).filter(([, position]) => !isEmpty({ it: position })));
  for (;;) {
    const own = (await askLitefs(litefsUrl, LEVEL_MS.most))?.positions ?? {};
    const behind = Object.keys(written).filter((name) => positionOf(own, name) !== positionOf(written, name));
    if (behind.length === 0) return undefined;
    if (performance.now() >= end) return behind.join(', ');
    await delay(LEVEL_MS.pause);
  }
}

/** Learns on the primary how the others call this pod, which the old primary waits for. */
export async function learnHost(litefsUrl: string, membership: Membership): Promise<void> {
  const info = await askInfo(litefsUrl).catch(() => undefined);
  // One that is the primary no more names another pod, which this one would then take for itself.
  const own = info?.isPrimary ? info.primary.hostname : undefined;
  membership.host = own ?? membership.host ?? '';
}

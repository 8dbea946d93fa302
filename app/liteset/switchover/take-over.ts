import { askInfo, askPromotion, LitefsRefusal } from '../litefs/client.ts';
import { type Position, samePosition } from '../litefs/position.ts';
import type { Membership } from '../membership/membership.ts';
import type { Logger } from '../options.ts';

/** How long this pod's LiteFS may take to answer that it will be promoted, in milliseconds. */
const ANSWER_MS = 10_000;

/** Has LiteFS take the lease over, if this copy is as far as the primary's. Returns why it does not, if it says so. */
export async function takeOver(
  litefsUrl: string,
  position: Position,
  membership: Membership,
  logger: Logger,
): Promise<string | undefined> {
  if (!samePosition(position, membership.copy.position())) return 'it is at another position';
  try {
    await askPromotion(litefsUrl, AbortSignal.timeout(ANSWER_MS));
  } catch (error) {
    // Anything but LiteFS's own word may come after the lease has moved: the primary must not go on for it.
    if (error instanceof LitefsRefusal) return error.message;
    logger.warn(`liteset: no answer to the promotion: ${String(error)}`);
  }
}

/** Learns on the primary how the others call this pod, which the old primary waits for. */
export async function learnHost(litefsUrl: string, membership: Membership): Promise<void> {
  const info = await askInfo(litefsUrl).catch(() => undefined);
  // One that is the primary no more names another pod, which this one would then take for itself.
  const own = info?.isPrimary ? info.primary.hostname : undefined;
  membership.host = own ?? membership.host ?? '';
}

import { setTimeout as delay } from 'node:timers/promises';
import type { EventListener, LitefsEvent } from './events.ts';
import { ORIGIN, type Position, type PositionSource } from './position.ts';

/** Pause before a position is asked for again, in milliseconds: who tells it has not started yet, or cannot now. */
const PAUSE_MS = 100;

/** Who listens, and is told with the first event where the copy stands. */
export interface PositionedListener extends Pick<EventListener, 'onLost'> {
  onEvent(event: LitefsEvent, position: Position | undefined): void;
}

/**
 * Keeps LiteFS's events back until the position is known from which they go on. A pod that took itself for the primary before would
 * tell a position that promises too little. A source that needs not be asked keeps nothing back.
 */
export function positionFirst(
  source: PositionSource | undefined,
  listener: PositionedListener,
  signal: AbortSignal,
): EventListener {
  if (!source?.settle) {
    return { onEvent: (event) => listener.onEvent(event, undefined), onLost: (error) => listener.onLost(error) };
  }
  const ask = () => source.settle?.();
  let before = Promise.resolve();
  const inOrder = (work: () => void | Promise<void>) => {
    before = before.then(work);
  };
  return {
    onEvent: (event) =>
      inOrder(async () => {
        const position = event.type === 'init' ? await known(ask, signal) : undefined;
        if (!signal.aborted) listener.onEvent(event, position);
      }),
    onLost: (error) => inOrder(() => listener.onLost(error)),
  };
}

async function known(ask: () => Promise<Position | undefined> | undefined, signal: AbortSignal): Promise<Position> {
  while (!signal.aborted) {
    try {
      return (await ask()) ?? ORIGIN;
    } catch {
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
  return ORIGIN;
}

import { z } from 'zod';
import { followLines } from '../lib/follow-lines.ts';
import { fromLine } from '../lib/json-lines.ts';

const hex = z.string().regex(/^[0-9a-f]{16}$/);
const leadership = z.object({ isPrimary: z.boolean(), hostname: z.string().optional() });

/** The events of LiteFS 0.5 (`store.go`): who is primary, first as it is and then as it changes, and each transaction. */
const litefsEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('init'), data: leadership }),
  z.object({ type: z.literal('primaryChange'), data: leadership }),
  z.object({ type: z.literal('tx'), db: z.string(), data: z.object({ txID: hex, postApplyChecksum: hex }) }),
]);
export type LitefsEvent = z.infer<typeof litefsEvent>;

/** Who listens to the stream. */
export interface EventListener {
  onEvent(event: LitefsEvent): void;
  /** The stream ended, or could not be had: nothing is known until the next `init`. */
  onLost(error: unknown): void;
}

/** Reads one line of the stream. A line that is not understood is left out: a later LiteFS may have other events. */
export const parseEvent = (line: string): LitefsEvent | undefined => fromLine(litefsEvent, line);

/** Follows `GET <url>/events` until the signal, and begins again whenever it ends. */
export function followEvents(url: string, listener: EventListener, signal: AbortSignal): Promise<void> {
  const onLine = (line: string) => {
    const event = parseEvent(line);
    if (event) listener.onEvent(event);
  };
  return followLines(new URL('/events', url), { onLine, onLost: (error) => listener.onLost(error) }, signal);
}

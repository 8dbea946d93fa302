import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { lines } from './lines.ts';

const hex = z.string().regex(/^[0-9a-f]{16}$/);
const leadership = z.object({ isPrimary: z.boolean(), hostname: z.string().optional() });

/** The events of LiteFS 0.5 (`store.go`): who is primary, first as it is and then as it changes, and each transaction. */
const litefsEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('init'), data: leadership }),
  z.object({ type: z.literal('primaryChange'), data: leadership }),
  z.object({ type: z.literal('tx'), db: z.string(), data: z.object({ txID: hex, postApplyChecksum: hex }) }),
]);
export type LitefsEvent = z.infer<typeof litefsEvent>;

/** First and longest pause before the stream is asked for again, in milliseconds; it doubles in between. */
const PAUSE_MS = { first: 50, longest: 1_000 };

/** Who listens to the stream. */
export interface EventListener {
  onEvent(event: LitefsEvent): void;
  /** The stream ended, or could not be had: nothing is known until the next `init`. */
  onLost(error: unknown): void;
}

/** Reads one line of the stream. A line that is not understood is left out: a later LiteFS may have other events. */
export function parseEvent(line: string): LitefsEvent | undefined {
  try {
    return litefsEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Follows `GET <url>/events` until the signal, and begins again whenever it ends. */
export async function followEvents(url: string, listener: EventListener, signal: AbortSignal): Promise<void> {
  let pause = PAUSE_MS.first;
  while (!signal.aborted) {
    try {
      for await (const line of lines(await open(new URL('/events', url), signal))) {
        const event = parseEvent(line);
        if (event) listener.onEvent(event);
        pause = PAUSE_MS.first;
      }
      listener.onLost(new Error('the stream ended'));
    } catch (error) {
      if (!signal.aborted) listener.onLost(error);
    }
    await delay(pause, undefined, { signal }).catch(() => {});
    pause = Math.min(2 * pause, PAUSE_MS.longest);
  }
}

async function open(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  // Not fetch: it gives up a stream that is silent for five minutes, and this one is when nobody writes.
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { signal, agent: false }, resolve).on('error', reject);
  });
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Error(`LiteFS answered ${answer.statusCode} to ${url}`);
  }
  return answer.setEncoding('utf8');
}

import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { lines } from './lines.ts';

/** First and longest pause before a stream is asked for again, in milliseconds; it doubles in between. */
const PAUSE_MS = { first: 50, longest: 1_000 };

/** Who listens to a stream. */
export interface LineListener {
  onLine(line: string): void;
  /** The stream ended, or could not be had. */
  onLost(error: unknown): void;
}

/** Follows a stream of lines, `GET <url>`, until the signal, and begins again whenever it ends. */
export async function followLines(url: URL, listener: LineListener, signal: AbortSignal): Promise<void> {
  let pause = PAUSE_MS.first;
  while (!signal.aborted) {
    try {
      for await (const line of lines(await open(url, signal))) {
        listener.onLine(line);
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
  // Not fetch: it gives up a stream that is silent for five minutes, as these may be.
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { signal, agent: false }, resolve).on('error', reject);
  });
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Error(`${url} answered ${answer.statusCode}`);
  }
  return answer.setEncoding('utf8');
}

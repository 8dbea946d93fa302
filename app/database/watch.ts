import { once } from 'node:events';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** How soon the stream is opened again after it ended, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * Calls the listener for every transaction that LiteFS reports on a database, and after each (re)connection, since what
 * happened meanwhile is not told. Returns how to stop.
 */
export function watchTransactions(litefsUrl: string, name: string, listener: () => void): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        for await (const event of events(litefsUrl, signal)) {
          if (event.type === 'init' || (event.type === 'tx' && event.db === name)) listener();
        }
      } catch {
        // LiteFS is starting or restarting; Liteset's middleware reports it, and the stream is opened again below.
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  };
  void follow();
  return () => abort.abort();
}

async function* events(litefsUrl: string, signal: AbortSignal): AsyncGenerator<{ type?: string; db?: string }> {
  const request = get(new URL('/events', litefsUrl), { signal });
  const [response] = (await once(request, 'response', { signal })) as [import('node:http').IncomingMessage];
  for await (const line of createInterface({ input: response })) yield JSON.parse(line);
}

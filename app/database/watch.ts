import { followEvents } from '../liteset/events.ts';

/**
 * Calls the listener for every transaction that LiteFS reports on a database, and after each (re)connection, since what
 * happened meanwhile is not told. Returns how to stop.
 */
export function watchTransactions(litefsUrl: string, name: string, listener: () => void): () => void {
  const abort = new AbortController();
  const onEvent: Parameters<typeof followEvents>[1]['onEvent'] = (event) => {
    if (event.type === 'init' || (event.type === 'tx' && event.db === name)) listener();
  };
  // A lost stream is reported by Liteset's middleware, which follows it too.
  void followEvents(litefsUrl, { onEvent, onLost: () => {} }, abort.signal);
  return () => abort.abort();
}

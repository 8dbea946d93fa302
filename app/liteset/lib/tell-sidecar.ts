import type { Logger } from '../options.ts';

/** How long the sidecar may take to hear of it, in milliseconds. It is in the same pod. */
const CALL_MS = 2_000;

/** Tells whoever keeps the lease, who writes an Event of it: see app/lease/kubernetes/. Nobody, if there is none. */
export function tellSidecar(fenceUrl: string | undefined, path: string, body: unknown, logger: Logger): void {
  if (fenceUrl === undefined) return;
  post(new URL(path, fenceUrl), body).catch((error: unknown) =>
    logger.warn(`liteset: cannot have an Event written of that: ${String(error)}`),
  );
}

async function post(url: URL, body: unknown): Promise<void> {
  const signal = AbortSignal.timeout(CALL_MS);
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal });
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`);
}

import type { Response } from 'express';

/** A signal that aborts when the answer is sent or the client has gone. */
export function abortOnClose(res: Response): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => controller.abort());
  return controller.signal;
}

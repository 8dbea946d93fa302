import type { ServerResponse } from 'node:http';
import { HEADERS } from '../headers.ts';

/** Says so, if the head of the answer has not been sent. */
export function sayReplicas(res: ServerResponse, count: number, wanted: number): void {
  if (!res.headersSent) res.setHeader(HEADERS.replicas.name, `${count} of ${wanted}`);
}

#!/usr/bin/env node
import { SWITCHOVER_PATH } from '../cluster-server.ts';

/**
 * `kubectl exec <primary> -- liteset-switchover [pod]`: hands the role of the primary over to a pod, or to the replica that
 * is level first. Ends with 0 when it is done, with 1 and the reason when it is not.
 */
const [pod, ...rest] = process.argv.slice(2);
const port = process.env['CLUSTER_PORT'];
if (rest.length > 0 || pod?.startsWith('-')) {
  console.error('usage: liteset-switchover [pod]');
  process.exit(2);
}
if (!port) {
  console.error('CLUSTER_PORT is not set: pods of this release cannot switch over.');
  process.exit(1);
}
const url = `http://127.0.0.1:${port}${SWITCHOVER_PATH}`;
const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ pod }) });
const body = (await answer.json()) as {
  to: string;
  heldMs: number;
  position: string;
  detail: string;
  primary?: string;
};
if (answer.ok) {
  console.log(`${body.to} is the primary from ${body.position} on; writes were held for ${body.heldMs} ms`);
} else {
  console.error(body.detail + (body.primary ? ` The primary is ${body.primary}.` : ''));
  process.exit(1);
}

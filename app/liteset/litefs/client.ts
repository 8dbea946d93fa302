import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const info = z.object({ candidate: z.boolean(), primary: z.object({ hostname: z.string().optional() }).optional() });
/** What LiteFS says of its own node at `GET /info` (`http/server.go`). */
export type LitefsInfo = z.infer<typeof info>;

/** LiteFS has answered, and does not do it. */
export class LitefsRefusal extends Error {}

/** How long LiteFS may take to tell about itself, in milliseconds. */
const INFO_MS = 2_000;

/**
 * Asks LiteFS who it is: whether it may become the primary, and the primary's host name, its own if it is the primary.
 *
 * @throws if it does not answer.
 */
export async function askInfo(url: string): Promise<LitefsInfo> {
  return info.parse(JSON.parse(await ask(url, 'GET', '/info', AbortSignal.timeout(INFO_MS))));
}

/**
 * Asks LiteFS on a replica to have the lease switched over to it. It returns when the primary has taken the request, which
 * is before it has given the lease up: only the event tells of that.
 *
 * @throws LitefsRefusal if the primary refused it, or LiteFS does not know one: nothing has changed then. Any other error
 * tells nothing.
 */
export async function askPromotion(url: string, signal: AbortSignal): Promise<void> {
  await ask(url, 'POST', '/promote', signal);
}

/** HTTP/1.1 does for everything but LiteFS's own replication stream, although its client speaks HTTP/2 everywhere. */
async function ask(url: string, method: string, path: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    request(new URL(path, url), { method, signal, agent: false }, (answer) => {
      text(answer).then((body) => {
        if (answer.statusCode === 200) resolve(body);
        else reject(new LitefsRefusal(`LiteFS answered ${answer.statusCode} to ${path}: ${body.trim()}`));
      }, reject);
    })
      .on('error', reject)
      .end();
  });
}

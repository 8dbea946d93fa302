import { createReadStream, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { Refusal } from './check.ts';

/** LiteFS's `GET /info` (`litefs.go`: NodeInfo). */
const Info = z.object({ isPrimary: z.boolean(), primary: z.object({ hostname: z.string() }) });

/** The URL of the primary's LiteFS, found through this pod's: it listens on the same port. */
export async function primaryUrl(litefsUrl: string): Promise<string> {
  const answer = await fetch(new URL('/info', litefsUrl));
  const { isPrimary, primary } = Info.parse(await answer.json());
  if (isPrimary) return litefsUrl;
  if (primary.hostname === '') throw new Refusal('No pod is the primary at the moment. Try again.');
  const url = new URL(litefsUrl);
  url.hostname = primary.hostname;
  return url.href;
}

/** Puts a database file in the place of the database of a name, as one transaction. Only a primary takes it. */
export async function postImport(primary: string, name: string, path: string): Promise<void> {
  const url = new URL('/import', primary);
  url.searchParams.set('name', name);
  const post = request(url, { method: 'POST', headers: { 'Content-Length': statSync(path).size } });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    post.once('response', resolve).once('error', reject);
  });
  const [answer] = await Promise.all([answered, pipeline(createReadStream(path), post)]);
  const text = Buffer.concat(await answer.toArray())
    .toString('utf8')
    .trim();
  if (answer.statusCode !== 200) throw new Refusal(`LiteFS on ${url.host} answered ${answer.statusCode}: ${text}`);
}

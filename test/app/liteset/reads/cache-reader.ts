/**
 * Reads through the cache, and past it, on a replica's mount, while another pod writes. Run by Node:
 * `cache-reader.ts <database> <reads> <file|events|never> <transactions> [LiteFS's URL]`; the third says where versions come
 * from. Goes on until there were so many reads, and queries past the cache saw so many transactions: how fast the writer
 * is depends on the machine. Prints how many reads there were, what they saw, and how many were older than a query before them.
 */
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Request, Response } from 'express';
import { followEvents } from '../../../../app/liteset/litefs/events.ts';
import { formatPosition, PositionFile } from '../../../../app/liteset/litefs/position.ts';
import { ReadCache } from '../../../../app/liteset/reads/read-cache.ts';
import { SharedReads } from '../../../../app/liteset/reads/shared-reads.ts';

const [path = '', reads = '0', source = 'file', transactions = '0', litefsUrl = ''] = process.argv.slice(2);
/** How many reads through the cache follow a query past it. */
const READS_A_QUERY = 50;

const file = new PositionFile(path);
const fromFile = () => {
  const position = file.read();
  return position && formatPosition(position);
};
/** What a program believes that goes by LiteFS's events: it is right, a little later. */
let believed = fromFile();
const end = new AbortController();
if (source === 'events') {
  const onEvent = () => {
    believed = fromFile();
  };
  void followEvents(litefsUrl, { onEvent, onLost: () => {} }, end.signal);
}
const versions = { file: fromFile, events: () => believed, never: () => 'always the same' };
const version = versions[source as keyof typeof versions];

const db = new Database(path, { readonly: true, timeout: 10_000 });
const past = new Database(path, { readonly: true, timeout: 10_000 });
const select = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM row').pluck();
const selectPast = past.prepare<[], number>('SELECT coalesce(max(id), 0) FROM row').pluck();
const shared = new SharedReads(() => db, version);
const cache = new ReadCache(version);

/** What a request for the newest row is answered. */
function get(): number {
  let answer = '';
  const req = { headers: {}, originalUrl: '/rows/newest' } as Request;
  const end = (text: string) => {
    answer = text;
  };
  const res = { setHeader: () => {}, end } as unknown as Response;
  cache.json(req, res, () => shared.run(() => select.get() ?? 0));
  return Number(answer);
}

const seen = new Set<number>();
const written = new Set<number>();
let stale = 0;
let count = 0;
while (count < Number(reads) || written.size < Number(transactions)) {
  const atLeast = selectPast.get() ?? 0;
  written.add(atLeast);
  for (let i = 0; i < READS_A_QUERY; i++, count++) {
    const id = get();
    if (id < atLeast) stale++;
    seen.add(id);
  }
  await turn();
}
end.abort();
console.log(JSON.stringify({ reads: count, transactions: seen.size, stale, ...cache.counts }));

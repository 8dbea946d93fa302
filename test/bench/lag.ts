/**
 * `npm run bench:lag`: how long after its answer a write is there on a replica, on plain LiteFS and with Liteset, in one run,
 * the rounds interleaved; and what it costs to send the write to the replica. Prints tables in Markdown.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';
import { seeded } from '../../app/invoices/sample/random.ts';
import { PositionFile } from '../../app/liteset/litefs/position.ts';
import { type LitefsNode, startNode } from './litefs-node.ts';
import { loads } from './loads.ts';
import { ALONE } from './systems.ts';

const ROUNDS = 5;
const SECONDS = 4;
/**
 * How many write at once, and how often each begins, in milliseconds; without, as soon as its last write is answered. Liteset
 * then writes several times as much, in larger transactions: with a pace that LiteFS alone can keep, both write the same.
 */
const OFFERED: readonly Offered[] = [
  { clients: 1, everyMs: 0 },
  { clients: 16, everyMs: 250 },
  { clients: 16, everyMs: 0 },
];
/** How often the replica's position is looked at, in milliseconds. */
const LOOK_MS = 1;

interface Pair {
  readonly primary: LitefsNode;
  readonly replica: LitefsNode;
}

async function startPair(folder: string, settings: Record<string, string>): Promise<Pair> {
  const primary = await startNode(join(folder, 'primary'), { ...settings, SAMPLE_INVOICES: '412' });
  return { primary, replica: await startNode(join(folder, 'replica'), settings, primary) };
}

interface Offered {
  readonly clients: number;
  readonly everyMs: number;
}

/** Times of writes, in milliseconds. */
interface Times {
  /** From the request to its answer. */
  readonly answered: number[];
  /** From the answer until the replica has the transaction; less than nothing if it had it before. */
  readonly lag: number[];
}

/** Writes through a node for some seconds, and watches the replica. */
async function measure({ replica }: Pair, through: LitefsNode, offered: Offered, seed: number): Promise<Times> {
  const { clients, everyMs } = offered;
  const answers: { txid: string; sent: number; at: number }[] = [];
  const seen: { txid: string; at: number }[] = [];
  const file = new PositionFile(replica.database);
  const end = performance.now() + 1_000 * SECONDS;
  const write = async (number: number) => {
    const random = seeded(seed * 1_000 + number);
    const connection = new Client(through.url);
    // Not all at once.
    let next = performance.now() + (everyMs * number) / clients;
    while (performance.now() < end) {
      if (everyMs > 0) await delay(Math.max(0, next - performance.now()));
      next += everyMs;
      const { body, ...call } = loads.insert(random, 0);
      const sent = performance.now();
      const headers = { 'content-type': 'application/json' };
      const answer = await connection.request({ ...call, body: body ?? null, headers });
      await answer.body.dump();
      if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} from ${through.url}`);
      answers.push({ txid: String(answer.headers['liteset-position']), sent, at: performance.now() });
    }
    await connection.close();
  };
  const writing = Promise.all(Array.from({ length: clients }, (_one, number) => write(number)));
  let isOver = false;
  const watching = (async () => {
    while (
      !isOver ||
      (seen.at(-1)?.txid ?? '') <
        (answers
          .map(({ txid }) => txid)
          .sort()
          .at(-1) ?? '')
    ) {
      const txid = file.read()?.txid ?? '';
      if (txid !== seen.at(-1)?.txid) seen.push({ txid, at: performance.now() });
      await delay(LOOK_MS);
    }
  })();
  await writing;
  isOver = true;
  await watching;
  file.close();
  return {
    answered: answers.map(({ sent, at }) => at - sent),
    lag: answers.map(({ txid, at }) => (seen.find((one) => one.txid >= txid)?.at ?? Number.NaN) - at),
  };
}

function row(name: string, times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number) => (sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN).toFixed(2);
  return `| ${[name, times.length, at(0.5), at(0.99), at(1)].join(' | ')} |`;
}

const folder = mkdtempSync(join(tmpdir(), 'liteset-lag-'));
const pairs: [string, Pair][] = [];
const found = new Map<string, number[]>();
const note = (name: string, times: readonly number[]) => found.set(name, [...(found.get(name) ?? []), ...times]);
try {
  pairs.push(['litefs', await startPair(join(folder, 'litefs'), ALONE)]);
  pairs.push(['liteset', await startPair(join(folder, 'liteset'), {})]);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const offered of OFFERED) {
      const { clients, everyMs } = offered;
      const load = `${clients} clients${everyMs ? `, a write each ${everyMs} ms` : ''}`;
      for (const [name, pair] of pairs) {
        const { answered, lag } = await measure(pair, pair.primary, offered, round);
        note(`lag, ${name}, ${load}`, lag);
        note(`answer of the primary, ${name}, ${load}`, answered);
        const forwarded = await measure(pair, pair.replica, offered, round);
        note(`answer through the replica, ${name}, ${load}`, forwarded.answered);
      }
      pairs.reverse();
    }
  }
} finally {
  for (const [, { primary, replica }] of pairs) await Promise.all([replica.stop(), primary.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
console.log('| milliseconds | writes | p50 | p99 | max |\n|---|---|---|---|---|');
for (const [name, times] of [...found].sort()) console.log(row(name, times));

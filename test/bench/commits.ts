/**
 * `npm run bench:commits`: how long LiteFS takes for transactions of so many new invoices, with no HTTP, no clients, and nobody else
 * who writes. No service on LiteFS takes more at a time than this. Prints a table in Markdown.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../app/invoices/database/database.ts';
import { seeded } from '../../app/invoices/sample/random.ts';
import { writesOn } from '../../app/invoices/writes/writes.ts';
import { Group } from '../../app/liteset/group-commit/group.ts';
import { importInto, type LitefsNode, startNode } from './litefs-node.ts';
import { loads } from './loads.ts';
import { median } from './measured.ts';
import { row } from './report.ts';
import { cache, sample } from './sample.ts';

const SIZES = [1, 16, 32, 64, 200];
/** The sizes take turns, so that a busy moment of the machine meets all of them. */
const ROUNDS = 9;
/** So many transactions of a size follow each other at once. */
const IN_A_ROW = 10;
/** After a while of the bench, the database has about as many. */
const INVOICES = 20_000;

/** How often SQLite has written to the WAL. */
async function walWrites({ litefsUrl }: LitefsNode): Promise<number> {
  const metrics = await (await fetch(`${litefsUrl}/metrics`)).text();
  return Number(/^litefs_db_wal_write_count\S* (\S+)/m.exec(metrics)?.[1]);
}

async function measure(node: LitefsNode): Promise<void> {
  const database = new Database(node.database, { mayCreate: () => false });
  const random = seeded(1);
  const group = new Group({ maxGroup: Number.POSITIVE_INFINITY, maxMs: Number.POSITIVE_INFINITY });
  const insert = () =>
    writesOn(database).write('createInvoice', [undefined, JSON.parse(loads.insert(random, 0).body ?? '')]);
  const measured = SIZES.map((size) => ({ size, ms: [] as number[], writes: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { size, ms, writes } of measured) {
      const before = await walWrites(node);
      const began = performance.now();
      for (let i = 0; i < IN_A_ROW; i++) {
        for (const outcome of group.run(() => database.connection, Array(size).fill(insert))) {
          if ('error' in outcome) throw outcome.error;
        }
      }
      ms.push((performance.now() - began) / IN_A_ROW);
      writes.push(((await walWrites(node)) - before) / IN_A_ROW);
    }
  }
  database.close();
  row(['inserts in a transaction', 'ms', 'writes to the WAL', 'inserts a second']);
  row(['---', '---', '---', '---']);
  for (const { size, ms, writes } of measured) {
    const each = median(ms);
    row([size, each.toFixed(1), median(writes).toFixed(0), Math.round((1_000 * size) / each).toLocaleString('en')]);
  }
}

const database = await sample(INVOICES);
const folder = mkdtempSync(join(cache, 'commits-'));
const node = await startNode(folder, {});
try {
  await importInto(node, database);
  await measure(node);
} finally {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
}

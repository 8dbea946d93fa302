import Database from 'better-sqlite3';
import { askLitefs } from '../../../../app/liteset/litefs/client.ts';
import { Membership } from '../../../../app/liteset/membership/membership.ts';
import type { Replica, Replicas } from '../../../../app/liteset/replication/replicas.ts';
import { formatLine, type Order, parseOrder } from '../../../../app/liteset/replication/reports.ts';
import { promote } from '../../../../app/liteset/switchover/promotion.ts';
import { takeOver } from '../../../../app/liteset/switchover/take-over.ts';
import { DATABASE, startPair } from '../../litefs/rig/pair.ts';

/*
 * An application may have databases that nobody follows here: in a switchover all of them have to be level. The lease of this pair is
 * static, so that LiteFS refuses the promotion itself once it is asked.
 */
const pair = startPair();
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const OTHER = 'other.db';
const NEVER = { [OTHER]: '00000000000000ff/8000000000000000' };

async function positions() {
  const status = await askLitefs(pair.primary.url, 2_000);
  if (!status) throw new Error('LiteFS does not answer');
  return status.positions;
}

/** Has the replica take over from a primary that stands there. Returns why it does not. */
function taken(all: Record<string, string> | undefined): Promise<string | undefined> {
  const membership = new Membership('pod-1', pair.replica.path(DATABASE), quiet);
  return takeOver(pair.replica.url, { position: membership.copy.position(), all }, membership, quiet);
}

test('a replica that lacks a transaction of another database is not promoted', async () => {
  expect(await taken({ ...(await positions()), ...NEVER })).toBe(`its copy of ${OTHER} is not as far`);
});

test('one that has them all is, as soon as it has: this very write, too', async () => {
  const other = new Database(pair.primary.path(OTHER));
  other.exec('CREATE TABLE tick (text)');
  for (let i = 0; i < 5; i++) {
    other.prepare('INSERT INTO tick VALUES (?)').run('x'.repeat(1_000_000));
    expect(await taken(await positions())).toMatch(/answered \d+ to \/promote/);
    expect((await askLitefs(pair.replica.url, 2_000))?.positions).toEqual(await positions());
  }
  other.close();
});

test('a database without a transaction is at no pod but the primary, and holds up nothing', async () => {
  expect(await taken({ ...(await positions()), 'empty.db': `${'0'.repeat(16)}/${'0'.repeat(16)}` })).toMatch(
    /\/promote/,
  );
});

test('the primary says where all its databases stand', async () => {
  const membership = new Membership('pod-0', pair.primary.path(DATABASE), quiet);
  const position = membership.copy.position();
  const sent: string[] = [];
  const chosen = { pod: 'pod-1', address: '', send: (order: Order) => void sent.push(formatLine(order)) } as Replica;
  // As soon as it is asked, it refuses.
  const replicas = {
    all: () => (sent.length > 0 ? [{ ...chosen, refusal: 'not now' }] : [chosen]),
  } as unknown as Replicas;
  const promoting = promote(chosen, { membership, replicas, positions });
  const refused = expect(promoting).rejects.toThrow('pod-1 could not take over: not now');
  const listening = setInterval(() => membership.changes.notify(), 10);
  await refused;
  clearInterval(listening);
  expect(sent.map((line) => parseOrder(line))).toEqual([{ promote: position, all: await positions() }]);
});

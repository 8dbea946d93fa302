import { setImmediate as turn } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { seeded } from '../../../../app/invoices/sample/random.ts';
import { Group } from '../../../../app/liteset/group-commit/group.ts';
import { GroupCommit } from '../../../../app/liteset/group-commit/group-commit.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { contents, newStore, type Outcome, randomWrites, type Write } from './write-history.ts';

const SCHEDULES = process.env['LITESET_LONG'] ? 50_000 : 2_000;
jest.setTimeout(TIMEOUTS.MANY);

const outcome = (work: Promise<unknown>): Promise<Outcome> =>
  work.then(
    (answer) => ({ answer }),
    (error) => ({ error: String(error) }),
  );

/** What must come out: each write in a transaction of its own, one after the other. */
async function oneAfterTheOther(writes: Write[]): Promise<unknown> {
  const db = newStore();
  const outcomes: Outcome[] = [];
  for (const write of writes)
    outcomes.push(await outcome(Promise.resolve().then(() => db.transaction(() => write(db)).immediate())));
  return { outcomes, contents: contents(db) };
}

/** The same writes through a group commit, some at the same moment and some later, as the seed has it. */
async function grouped(writes: Write[], seed: number): Promise<unknown> {
  const random = seeded(seed);
  const db = newStore();
  const group = new GroupCommit(() => db, { maxGroup: random.int(2, 12) });
  const outcomes: Promise<Outcome>[] = [];
  for (const write of writes) {
    outcomes.push(outcome(group.run(() => write(db))));
    if (random.chance(0.15)) await turn();
  }
  return { outcomes: await Promise.all(outcomes), contents: contents(db) };
}

async function compare(seed: number): Promise<[unknown, unknown]> {
  const writes = randomWrites(seed, 1 + (seed % 30));
  return [await grouped(writes, seed), await oneAfterTheOther(writes)];
}

test(`${SCHEDULES} histories of writes in groups give what they give one after the other`, async () => {
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const [inGroups, serial] = await compare(seed);
    expect({ seed, ...(inGroups as object) }).toEqual({ seed, ...(serial as object) });
  }
});

test('the comparison of histories finds a group commit without savepoints', async () => {
  // What a failed write has done before it failed is committed with the others.
  const attempt = jest.spyOn(Group.prototype as unknown as { attempt: typeof withoutSavepoint }, 'attempt');
  attempt.mockImplementation(withoutSavepoint);
  let found = 0;
  try {
    for (let seed = 1; seed <= 100; seed++) {
      const [inGroups, serial] = await compare(seed);
      if (JSON.stringify(inGroups) !== JSON.stringify(serial)) found++;
    }
  } finally {
    attempt.mockRestore();
  }
  expect(found).toBeGreaterThan(50);
});

const withoutSavepoint = (_connection: Database, write: () => unknown): unknown => write();

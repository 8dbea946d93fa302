import { newCounters } from '../../../../app/liteset/counters.ts';
import { type Position, samePosition } from '../../../../app/liteset/litefs/position.ts';
import { Changes } from '../../../../app/liteset/membership/changes.ts';
import type { Membership } from '../../../../app/liteset/membership/membership.ts';
import { Question } from '../../../../app/liteset/membership/primary-position.ts';
import { ReadWaits } from '../../../../app/liteset/routing/read-waits.ts';
import { at } from '../rig/fake-primary.ts';

/** A copy whose position the test sets, and which counts how often it is looked up. */
const copy = {
  told: at(7),
  looks: 0,
  verdict: (token: Position) => {
    copy.looks++;
    return token.txid > copy.told.txid ? 'behind' : samePosition(token, copy.told) ? 'covered' : 'foreign';
  },
  remembers: () => false,
};
const changes = new Changes();
const membership = { copy, changes, role: 'replica' } as unknown as Membership;
const counters = newCounters();
let question = new Question();
const primary = {
  join: () => {
    question.waiting++;
    return question;
  },
};
const waits = new ReadWaits({ requests: 1_000, ms: 5_000 }, membership, primary as never, counters);
const { signal } = new AbortController();
const canAnswer = (token: Position) => waits.canAnswer(token, () => copy.verdict(token) === 'covered', signal);
const move = (n: number) => {
  copy.told = at(n);
  changes.notify();
};

beforeEach(() => {
  question = new Question();
  move(7);
});

test('a thousand reads that wait cost no look at LiteFS at each transaction, and all end with one answer', async () => {
  const all = Array.from({ length: 1_000 }, (_one, i) => canAnswer(at(i % 2 === 0 ? 10 ** 6 : 3, 'f')));
  expect(counters.waitingReads).toBe(1_000);
  copy.looks = 0;
  for (let n = 8; n <= 20; n++) move(n);
  expect(copy.looks).toBe(0);
  Object.assign(question, { position: at(21), isOver: true });
  changes.notify();
  expect(counters.waitingReads).toBe(1_000);
  move(21);
  expect(await Promise.all(all)).toEqual(all.map(() => true));
  expect([counters.waitingReads, question.waiting]).toEqual([0, 0]);
});

test('one more than may wait does not', async () => {
  const all = Array.from({ length: 1_000 }, () => canAnswer(at(8)));
  expect(await canAnswer(at(8))).toBe(false);
  move(8);
  expect(await Promise.all(all)).toEqual(all.map(() => true));
});

test('without an answer a token of another history is not waited for, and a transaction that may come is', async () => {
  const [foreign, behind] = [canAnswer(at(7, 'f')), canAnswer(at(8))];
  question.isOver = true;
  changes.notify();
  expect(await foreign).toBe(false);
  move(8);
  expect(await behind).toBe(true);
});

test('a copy that has other transactions than the primary answers nothing that it is not sure of', async () => {
  const forged = canAnswer(at(9, 'f'));
  Object.assign(question, { position: at(7, 'b'), isOver: true });
  changes.notify();
  expect(await forged).toBe(false);
});

import { outcomeOfWrite } from '../e2e/load/attempt.ts';
import { check, NO_OFFENCES as none } from '../lib/load/check.ts';
import type { Operation } from '../lib/load/history.ts';

const txid = (number: number) => number.toString(16).padStart(16, '0');
let clock = 0;
/** One operation after the other, unless the test says when. */
const operation = (what: Partial<Operation> & { at: number }): Operation => {
  const { at, ...rest } = what;
  clock += 10;
  const usual = {
    kind: 'write',
    session: 'w0',
    mark: `m${at}`,
    outcome: 'done',
    pod: 'a',
    said: '201',
    attempts: 1,
    replayed: false,
  } as const;
  return { ...usual, sent: clock, answered: clock + 5, txid: txid(at), ...rest };
};
const counts = (history: Operation[], marks: string[]) =>
  Object.fromEntries(Object.entries(check(history, marks)).map(([name, found]) => [name, found.length]));
const only = (name: keyof typeof none, count = 1) => ({
  ...{ lost: 0, duplicated: 0, refusedButDone: 0, backwards: 0, twoPrimaries: 0 },
  [name]: count,
});
const two = () => [operation({ at: 1 }), operation({ at: 2 })];

test('a history that is right', () => {
  const refused = operation({ at: 0, mark: 'no', outcome: 'refused' });
  const unknown = operation({ at: 0, mark: 'perhaps', outcome: 'unknown' });
  const read = operation({ at: 2, kind: 'read', mark: 'm2', found: true, pod: 'b' });
  expect(check([...two(), refused, unknown, read], ['m1', 'm2', 'perhaps'])).toEqual(none);
  expect(check([...two(), refused, unknown, read], ['m1', 'm2'])).toEqual(none);
});

test('an acknowledged write that is missing', () => {
  expect(counts(two(), ['m1'])).toEqual(only('lost'));
});

test('a write that is there twice', () => {
  expect(counts(two(), ['m1', 'm1', 'm2'])).toEqual(only('duplicated'));
});

test('a write that was refused, and is there', () => {
  const refused = operation({ at: 0, mark: 'no', outcome: 'refused' });
  expect(counts([...two(), refused], ['m1', 'm2', 'no'])).toEqual(only('refusedButDone'));
});

test('a session that is shown less than before; another session may be', () => {
  const read = (session: string) => operation({ at: 1, kind: 'read', mark: '', session });
  expect(counts([...two(), read('w0')], ['m1', 'm2'])).toEqual(only('backwards'));
  expect(counts([...two(), read('r0')], ['m1', 'm2'])).toEqual(only('backwards', 0));
});

test('what a read was told may be taken back does not bind the session', () => {
  const read = (at: number, mayGo: boolean) => operation({ at, kind: 'read', mark: '', session: 'r0', mayGo });
  expect(counts([...two(), read(2, false), read(1, false)], ['m1', 'm2'])).toEqual(only('backwards'));
  expect(counts([...two(), read(2, true), read(1, false)], ['m1', 'm2'])).toEqual(only('backwards', 0));
});

test('a session that does not find its own write', () => {
  const read = operation({ at: 2, kind: 'read', mark: 'm2', found: false });
  expect(counts([...two(), read], ['m1', 'm2'])).toEqual(only('backwards'));
});

test('one TXID of two pods; writes of one pod may share it', () => {
  const [sent, answered] = [clock + 100, clock + 200];
  const same = (pod: string, mark: string) => operation({ at: 7, pod, mark, session: mark, sent, answered });
  expect(counts([same('a', 'x'), same('b', 'y')], ['x', 'y'])).toEqual(only('twoPrimaries'));
  expect(counts([same('a', 'x'), same('a', 'y')], ['x', 'y'])).toEqual(only('twoPrimaries', 0));
});

test('an answer given again by the next primary covers what that has', () => {
  const [sent, answered] = [clock + 100, clock + 200];
  const of = (pod: string, mark: string, replayed: boolean) =>
    operation({ at: 7, pod, mark, session: mark, sent, answered, replayed });
  expect(counts([of('a', 'x', false), of('b', 'y', true)], ['x', 'y'])).toEqual(only('twoPrimaries', 0));
});

test('a write that was sent after another was acknowledged, with an earlier TXID', () => {
  const history = [operation({ at: 5, pod: 'a' }), operation({ at: 4, pod: 'b', session: 'w1' })];
  expect(counts(history, ['m5', 'm4'])).toEqual(only('twoPrimaries'));
});

test('writes at the same time may be answered in any order', () => {
  const [sent, answered] = [clock + 100, clock + 200];
  const history = [
    operation({ at: 9, sent, answered, session: 'w0' }),
    operation({ at: 8, sent, answered, session: 'w1', pod: 'b' }),
  ];
  expect(check(history, ['m9', 'm8'])).toEqual(none);
});

test.each([
  [201, '{}', 'done'],
  [503, '{"type":"urn:liteset:problem:no-primary"}', 'refused'],
  [409, '{"type":"urn:liteset:problem:conflict"}', 'refused'],
  [504, '{"type":"urn:liteset:problem:not-replicated"}', 'unknown'],
  [503, '{"type":"urn:liteset:problem:answer-lost"}', 'unknown'],
  [502, '{"type":"urn:liteset:problem:outcome-unknown"}', 'unknown'],
  [503, 'no available server', 'unknown'],
  [502, 'Bad Gateway', 'unknown'],
] as const)('%i %s is %s', (status, text, outcome) => {
  const answer = { status, text, headers: {}, pod: '', role: '', position: '', token: '' };
  expect(outcomeOfWrite(answer)).toBe(outcome);
});

import {
  acknowledgedOrToBeSentAgain,
  acknowledgedOrToldToComeBack,
  noReadFailed,
  noWriteFailed,
} from '../e2e/assertions/traffic.ts';
import { History, type Operation } from '../lib/load/history.ts';

/** So many operations of one kind, all alike. */
function history(count: number, what: Partial<Operation>): History {
  const all = new History();
  for (let at = 0; at < count; at++) {
    const usual = { kind: 'write', session: 'w0', outcome: 'done', id: at, attempts: 1, replayed: false } as const;
    all.add({ ...usual, mark: `m${at}`, sent: at, answered: at, pod: 'a', txid: String(at), said: '', ...what });
  }
  return all;
}
const refused = (retryLater: boolean) => ({ outcome: 'refused', retryLater, said: '503' }) as const;
const stranger = { kind: 'read', session: undefined } as const;

test('writes that were all acknowledged are right, and reads that were all answered', () => {
  noWriteFailed(history(30, {}));
  acknowledgedOrToldToComeBack(history(30, {}));
  acknowledgedOrToBeSentAgain(history(30, {}));
  noReadFailed(history(30, stranger));
});

test('writes that were all refused with 503 and Retry-After are wrong, wherever the lease', () => {
  expect(() => acknowledgedOrToldToComeBack(history(500, refused(true)))).toThrow('toBeGreaterThan');
  expect(() => acknowledgedOrToBeSentAgain(history(500, refused(true)))).toThrow('503');
  expect(() => noWriteFailed(history(500, refused(true)))).toThrow('503');
});

test('a write that was refused without the time to come back is wrong', () => {
  const all = history(30, {});
  all.add(history(1, refused(false)).operations[0] as Operation);
  expect(() => acknowledgedOrToldToComeBack(all)).toThrow('503');
});

test('a write of unknown outcome is wrong unless it may be sent again, and where none may fail', () => {
  const all = history(30, {});
  all.add(history(1, { outcome: 'unknown', retryLater: true, said: 'lost' }).operations[0] as Operation);
  acknowledgedOrToBeSentAgain(all);
  expect(() => noWriteFailed(all)).toThrow('lost');
});

test('a write of unknown outcome is wrong, and so is one that was sent twice', () => {
  const all = history(30, {});
  all.add(history(1, { outcome: 'unknown', said: '502' }).operations[0] as Operation);
  expect(() => acknowledgedOrToldToComeBack(all)).toThrow('502');
  expect(() => noWriteFailed(history(30, { attempts: 2 }))).toThrow('2 attempts');
});

test('a read that failed is wrong, and so is having read nothing', () => {
  expect(() => noReadFailed(history(30, { ...stranger, outcome: 'unknown', said: '503' }))).toThrow('503');
  expect(() => noReadFailed(history(0, stranger))).toThrow('toBeGreaterThan');
});

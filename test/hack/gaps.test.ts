import { gaps, longestGap } from '../lib/load/gaps.ts';
import { History } from '../lib/load/history.ts';

const history = new History();
for (const answered of [10, 20, 50, 55]) {
  const usual = { kind: 'write', session: 'w0', outcome: 'done', pod: 'a', txid: '', attempts: 1 } as const;
  history.add({ ...usual, mark: `m${answered}`, sent: answered - 5, answered, replayed: false, said: '201' });
}

test('the gaps of a load are between its acknowledged writes, the longest first', () => {
  expect(gaps(history)).toEqual([30, 10, 5]);
});

test('a gap that began before a moment counts from that moment', () => {
  expect(gaps(history, 25)).toEqual([25, 5]);
  expect(longestGap(history, 53)).toBe(2);
});

test('a load without an acknowledged write has no gap', () => {
  expect(longestGap(new History())).toBe(0);
});

import type { Answer, Effect, Op } from '../../../../app/lease/core/effects.ts';
import { Elector } from '../../../../app/lease/core/elector.ts';
import { type Known, type LeaseRecord, UNHELD } from '../../../../app/lease/core/record.ts';
import { timing } from '../../../../app/lease/core/timing.ts';

const times = timing(5, 30);
const me = { identity: 'pod-0_a', pod: 'pod-0', mayBootstrap: true };
const held: LeaseRecord = {
  ...UNHELD,
  ...{ holder: 'pod-0_a', session: 's', epoch: 5, durationMs: 5_000, pod: 'pod-0', primary: 'zero' },
};
const other = { ...held, holder: 'pod-1_b', session: 't', epoch: 6, pod: 'pod-1' };
const of = (record: LeaseRecord, version = '1'): Known => ({ record, version });

/** Runs work on a Lease, which may be gone; each call takes a millisecond. `answers` come before what the Lease would answer. */
function run<T>(op: Op<T>, lease: Known | undefined, at: number, answers: Answer[] = []) {
  let known = lease;
  let now = at;
  const sent: number[] = [];
  const answerTo = (effect: Effect): Answer => {
    if (effect.do === 'wait') return { kind: 'waited' };
    if (effect.do === 'survey')
      return { kind: 'survey', survey: { own: {}, clusterId: '', passed: () => true, peers: [] } };
    const first = answers.shift();
    if (first !== undefined) return first;
    if (effect.do === 'make') known ??= of(UNHELD, 'made');
    if (known === undefined) return { kind: 'missing' };
    if (effect.do === 'write' && effect.version !== known.version) return { kind: 'conflict' };
    if (effect.do === 'write') known = of(effect.record, `${known.version}+`);
    return { kind: 'lease', known };
  };
  for (let step = op.next(); ; ) {
    if (step.done) return { result: step.value, record: known?.record, sent };
    const sentAt = now;
    now += step.value.do === 'wait' ? step.value.ms : 1;
    if (step.value.do !== 'wait') sent.push(sentAt);
    step = op.next({ sentAt, at: now, answer: answerTo(step.value) });
  }
}

/** An elector that has renewed the lease at 0. */
function holder(): Elector {
  const elector = new Elector(me, times);
  run(elector.renew('s', 0), of(held), 0);
  return elector;
}

test.each<[string, Known | undefined]>([
  ['deleted', undefined],
  ['emptied', of(UNHELD, 'x')],
  ['given to nobody', of({ ...held, holder: '' }, 'x')],
  ['given to somebody', of({ ...held, holder: 'somebody' }, 'x')],
  ['given to another pod', of({ ...held, holder: 'pod-1_b' }, 'x')],
  ['edited', of({ ...held, session: '', epoch: 99, clusterId: 'x', primary: 'x' }, 'x')],
])('a Lease that was %s is what its holder has written before, after the next renewal', (_how, lease) => {
  const { result, record } = run(holder().renew('s', 1_200), lease, 1_200);
  expect(result).toBe('renewed');
  expect(record).toMatchObject(held);
});

test('a pod that somebody names as the holder waits for a whole lease, as every other', () => {
  const elector = new Elector({ identity: 'pod-1_b', pod: 'pod-1', mayBootstrap: false }, times);
  const edited = of({ ...held, holder: 'pod-1_b' }, 'x');
  expect(run(elector.primary(0), edited, 0).result).toMatchObject({ primary: { primary: 'zero' } });
  expect(run(elector.acquire('n', 'one', 4_900), edited, 4_900).result).toEqual({ kind: 'held' });
});

test('a Lease is left alone by who holds it no more', () => {
  expect(run(holder().renew('s', 1_200), of(other, 'x'), 1_200).result).toBe('expired');
  expect(run(holder().renew('s', 5_000), undefined, 5_000).result).toBe('expired');
  expect(run(holder().renew('another', 1_200), undefined, 1_200).result).toBe('expired');
});

test('a Lease that is gone is made by a pod that looks for a primary, and taken a whole lease later', () => {
  const elector = new Elector(me, times);
  const { result, record } = run(elector.primary(0), undefined, 0);
  expect([result, record]).toEqual([{ known: true }, UNHELD]);
  const made = of(UNHELD, 'made');
  expect(run(elector.acquire('s', 'zero', 4_900), made, 4_900).result).toEqual({ kind: 'held' });
  expect(run(elector.acquire('s', 'zero', 5_100), made, 5_100).result).toEqual({ kind: 'acquired' });
});

test.each([
  ['older than the one before', held],
  ['older, and given back', { ...held, holder: '', session: '' }],
])("a Lease that is %s is nobody's for a whole lease, and no session moves it", (_how, older) => {
  const elector = new Elector(me, times);
  run(elector.primary(0), of(other), 0);
  const put = of(older, 'older');
  run(elector.read(), put, 1_000);
  expect(run(elector.acquire('s', 'zero', 5_900), put, 5_900).result).toEqual({ kind: 'held' });
  expect(run(elector.acquire('n', 'zero', 6_100), put, 6_100).result).toEqual({ kind: 'acquired' });
});

test('a Lease is waited for no longer than the longest there is, whatever it says', () => {
  const elector = new Elector({ ...me, identity: 'pod-0_b' }, times);
  const forever = of({ ...held, durationMs: 2 ** 31 * 1_000 });
  run(elector.primary(0), forever, 0);
  expect(run(elector.acquire('n', 'zero', 600_100), forever, 600_100).result).toEqual({ kind: 'acquired' });
});

test('after the largest epoch that a Lease can have, the next one is the first', () => {
  const largest = of({ ...held, holder: '', session: '', epoch: 2 ** 31 - 1 });
  expect(run(new Elector(me, times).acquire('n', 'zero', 0), largest, 0).record).toMatchObject({ epoch: 1 });
});

test('a renewal waits as long as the API server asks for, and keeps half of its time for further tries', () => {
  const elector = holder();
  const busy: Answer = { kind: 'failed', reason: 'status 429', retryAfterMs: 1_000 };
  const { result, sent } = run(elector.renew('s', 1_200), of(held, '1+'), 1_200, [busy, busy]);
  expect(result).toBe('renewed');
  expect(sent[1]).toBeGreaterThanOrEqual(2_000);
  expect(sent.at(-1)).toBeLessThan(elector.renewalEnd('s', 1_200));
});

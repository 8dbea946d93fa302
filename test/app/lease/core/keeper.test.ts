import type { Answer, Op } from '../../../../app/lease/core/effects.ts';
import { Keeper } from '../../../../app/lease/core/keeper.ts';
import { type Known, type LeaseRecord, VIRGIN } from '../../../../app/lease/core/record.ts';
import { timing } from '../../../../app/lease/core/timing.ts';

const times = timing(5, 30);
const me = { identity: 'pod-0_a', pod: 'pod-0', founder: true };
const held: LeaseRecord = {
  ...VIRGIN,
  holder: 'pod-0_a',
  session: 's',
  epoch: 1,
  durationMs: 5_000,
  pod: 'pod-0',
  primary: 'zero',
};

/** Runs work on a Lease that nobody else writes; each call takes `ms`. */
function run<T>(op: Op<T>, start: Known, at: number, ms = 1): { result: T; record: LeaseRecord; known: Known } {
  let known = start;
  let now = at;
  for (let step = op.next(); ; ) {
    if (step.done) return { result: step.value, record: known.record, known };
    const sentAt = now;
    now += step.value.do === 'wait' ? step.value.ms : ms;
    let answer: Answer = { kind: 'waited' };
    if (step.value.do === 'probe') answer = { kind: 'probe', listening: false };
    if (step.value.do === 'survey')
      answer = { kind: 'survey', survey: { own: {}, clusterId: 'first', passed: () => true, peers: [] } };
    if (step.value.do === 'identify') answer = { kind: 'identity', clusterId: 'first' };
    if (step.value.do === 'write') known = { record: step.value.record, version: `${known.version}+` };
    if (step.value.do === 'read' || step.value.do === 'write') answer = { kind: 'lease', known };
    step = op.next({ sentAt, at: now, answer });
  }
}
const of = (record: LeaseRecord): Known => ({ record, version: '1' });

test('a renewal that was confirmed later than its deadline is not told to LiteFS', () => {
  const keeper = new Keeper(me, times);
  expect(run(keeper.renew('s', 0), of(held), 0, times.callMs + 1).result).toBe('expired');
});

test('a pod is never told that it is primary itself', () => {
  const keeper = new Keeper(me, times);
  expect(run(keeper.primary(0), of(held), 0).result).toEqual({ known: true });
});

test('another pod of the same name waits for the lease of the former one', () => {
  const keeper = new Keeper({ ...me, identity: 'pod-0_b' }, times);
  run(keeper.primary(0), of(held), 0);
  expect(run(keeper.acquire('new', 'zero', 4_990), of(held), 4_990).result).toEqual({ kind: 'held' });
  expect(run(keeper.acquire('new', 'zero', 5_010), of(held), 5_010).result).toEqual({ kind: 'acquired' });
});

test('the same pod regains its lease at once, save for the time of a switchover, and in a new epoch', () => {
  const keeper = new Keeper(me, times);
  run(keeper.primary(0), of(held), 0);
  expect(run(keeper.acquire('new', 'zero', 500), of(held), 500).result).toEqual({ kind: 'held' });
  const { result, record } = run(keeper.acquire('new', 'zero', 1_100), of(held), 1_100);
  expect(result).toEqual({ kind: 'acquired' });
  expect(record).toMatchObject({ session: 'new', epoch: 2 });
});

test('the session of another pod, switched over, moves the lease, and only while it lasts', () => {
  const keeper = new Keeper({ identity: 'pod-1_b', pod: 'pod-1', founder: false }, times);
  expect(run(keeper.renew('s', 0), of(held), 0).result).toBe('renewed');
  expect(run(keeper.renew('other', 0), of(held), 0).result).toBe('expired');
  const { result, record } = run(keeper.acquire('s', 'one', 10), of(held), 10);
  expect(result).toEqual({ kind: 'acquired' });
  expect(record).toMatchObject({ holder: 'pod-1_b', session: 's', epoch: 2, primary: 'one' });
});

test('a Lease that nobody ever held is taken only after it was seen for a whole lease', () => {
  const keeper = new Keeper(me, times);
  expect(run(keeper.acquire('s', 'zero', 0), of(VIRGIN), 0).result).toEqual({ kind: 'held' });
  expect(run(keeper.acquire('s', 'zero', 5_100), of(VIRGIN), 5_100).result).toEqual({ kind: 'acquired' });
});

test('a cluster id counts once a renewal has shown that LiteFS kept it, and is never written over then', () => {
  const keeper = new Keeper(me, times);
  let known = of({ ...VIRGIN, epoch: 1 });
  const next = <T>(op: Op<T>, at: number): T => {
    const done = run(op, known, at);
    known = done.known;
    return done.result;
  };
  next(keeper.acquire('s', 'zero', 5_100), 5_100);
  expect(next(keeper.setClusterId('first', 5_200), 5_200)).toBe(true);
  expect(next(keeper.clusterId(5_210), 5_210)).toBe('');
  expect(next(keeper.setClusterId('second', 5_220), 5_220)).toBe(true);
  expect(next(keeper.renew('s', 6_000), 6_000)).toBe('renewed');
  expect(next(keeper.clusterId(6_010), 6_010)).toBe('second');
  expect(next(keeper.setClusterId('third', 6_020), 6_020)).toBe(false);
});

test('the lease of a LiteFS that is gone is given back, and what it last had is kept in it', () => {
  const keeper = new Keeper(me, times);
  keeper.positions = { 'app.db': `${'1'.padStart(16, '0')}/${'a'.repeat(16)}` };
  run(keeper.renew('s', 0), of(held), 0);
  expect(run(keeper.releaseForDead(500), of(held), 500).result).toBe(false);
  const { result, record } = run(keeper.releaseForDead(2_000), of(held), 2_000);
  expect(result).toBe(true);
  expect(record).toMatchObject({ holder: '', session: '', pod: 'pod-0', positions: keeper.positions });
});

test('whatever the duration, LiteFS has stepped down by itself before its lease ends', () => {
  for (let seconds = 3; seconds <= 600; seconds++) {
    const { callMs, ttlMs, pauseMs, validMs, leaveMs } = timing(seconds, 0);
    expect(callMs + ttlMs + 1_000 + pauseMs).toBeLessThanOrEqual(validMs + 1e-6);
    expect(leaveMs).toBeLessThan(validMs - callMs - ttlMs / 2);
  }
});

test.each([
  ['has run out', held, times.leaseMs],
  ['was given back, and nobody took it', { ...held, holder: '', session: '' }, times.lingerMs],
])('another primary is over once its lease %s', (_how, record, afterMs) => {
  const keeper = new Keeper({ identity: 'pod-1_a', pod: 'pod-1', founder: false }, times);
  const overAt = (now: number) => {
    run(keeper.read(), of(record), now);
    return keeper.otherIsOver;
  };
  expect([overAt(0), overAt(afterMs - 10), overAt(afterMs + 10)]).toEqual([false, false, true]);
  expect(new Keeper(me, times).otherIsOver).toBe(false);
});

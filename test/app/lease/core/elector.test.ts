import type { Answer, Op } from '../../../../app/lease/core/effects.ts';
import { Elector } from '../../../../app/lease/core/elector.ts';
import { type Known, type LeaseRecord, UNHELD } from '../../../../app/lease/core/record.ts';
import { timing } from '../../../../app/lease/core/timing.ts';

const times = timing(5, 30);
const me = { identity: 'pod-0_a', pod: 'pod-0', mayBootstrap: true };
const held: LeaseRecord = {
  ...UNHELD,
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
  const elector = new Elector(me, times);
  expect(run(elector.renew('s', 0), of(held), 0, times.callMs + 1).result).toBe('expired');
});

test('a pod is never told that it is primary itself', () => {
  const elector = new Elector(me, times);
  expect(run(elector.primary(0), of(held), 0).result).toEqual({ known: true });
});

test('another pod of the same name waits for the lease of the former one', () => {
  const elector = new Elector({ ...me, identity: 'pod-0_b' }, times);
  run(elector.primary(0), of(held), 0);
  expect(run(elector.acquire('new', 'zero', 4_990), of(held), 4_990).result).toEqual({ kind: 'held' });
  expect(run(elector.acquire('new', 'zero', 5_010), of(held), 5_010).result).toEqual({ kind: 'acquired' });
});

test('the same pod regains its lease at once, save for the time of a switchover, and in a new epoch', () => {
  const elector = new Elector(me, times);
  run(elector.primary(0), of(held), 0);
  expect(run(elector.acquire('new', 'zero', 500), of(held), 500).result).toEqual({ kind: 'held' });
  const { result, record } = run(elector.acquire('new', 'zero', 1_100), of(held), 1_100);
  expect(result).toEqual({ kind: 'acquired' });
  expect(record).toMatchObject({ session: 'new', epoch: 2 });
});

test('the session of another pod, switched over, moves the lease, and only while it lasts', () => {
  const elector = new Elector({ identity: 'pod-1_b', pod: 'pod-1', mayBootstrap: false }, times);
  expect(run(elector.renew('s', 0), of(held), 0).result).toBe('renewed');
  expect(run(elector.renew('other', 0), of(held), 0).result).toBe('expired');
  const { result, record } = run(elector.acquire('s', 'one', 10), of(held), 10);
  expect(result).toEqual({ kind: 'acquired' });
  expect(record).toMatchObject({ holder: 'pod-1_b', session: 's', epoch: 2, primary: 'one' });
});

test('a Lease that nobody ever held is taken only after it was seen for a whole lease', () => {
  const elector = new Elector(me, times);
  expect(run(elector.acquire('s', 'zero', 0), of(UNHELD), 0).result).toEqual({ kind: 'held' });
  expect(run(elector.acquire('s', 'zero', 5_100), of(UNHELD), 5_100).result).toEqual({ kind: 'acquired' });
});

test('a cluster id counts once a renewal has shown that LiteFS kept it, and is never written over then', () => {
  const elector = new Elector(me, times);
  let known = of({ ...UNHELD, epoch: 1 });
  const next = <T>(op: Op<T>, at: number): T => {
    const done = run(op, known, at);
    known = done.known;
    return done.result;
  };
  next(elector.acquire('s', 'zero', 5_100), 5_100);
  expect(next(elector.setClusterId('first', 5_200), 5_200)).toBe(true);
  expect(next(elector.clusterId(5_210), 5_210)).toBe('');
  expect(next(elector.setClusterId('second', 5_220), 5_220)).toBe(true);
  expect(next(elector.renew('s', 6_000), 6_000)).toBe('renewed');
  expect(next(elector.clusterId(6_010), 6_010)).toBe('second');
  expect(next(elector.setClusterId('third', 6_020), 6_020)).toBe(false);
});

test('the lease of a LiteFS that is gone is given back, and what it last had is kept in it', () => {
  const elector = new Elector(me, times);
  elector.positions = { 'app.db': `${'1'.padStart(16, '0')}/${'a'.repeat(16)}` };
  run(elector.renew('s', 0), of(held), 0);
  expect(run(elector.releaseForDead(500), of(held), 500).result).toBe(false);
  const { result, record } = run(elector.releaseForDead(2_000), of(held), 2_000);
  expect(result).toBe(true);
  expect(record).toMatchObject({ holder: '', session: '', pod: 'pod-0', positions: elector.positions });
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
  const elector = new Elector({ identity: 'pod-1_a', pod: 'pod-1', mayBootstrap: false }, times);
  const overAt = (now: number) => {
    run(elector.read(), of(record), now);
    return elector.otherIsOver;
  };
  expect([overAt(0), overAt(afterMs - 10), overAt(afterMs + 10)]).toEqual([false, false, true]);
  expect(new Elector(me, times).otherIsOver).toBe(false);
});

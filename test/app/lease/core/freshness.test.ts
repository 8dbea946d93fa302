import { type Candidate, refusalReason, type Survey } from '../../../../app/lease/core/freshness.ts';
import { type LeaseRecord, UNHELD } from '../../../../app/lease/core/record.ts';

const at = (txid: number, history = 'a') => {
  const hex = txid.toString(16).padStart(16, '0');
  return { 'app.db': `${hex}/${history.repeat(16)}` };
};
const held: LeaseRecord = { ...UNHELD, epoch: 3, pod: 'pod-0', positions: at(100) };
const candidate: Candidate = { pod: 'pod-1', mayBootstrap: false, freeForMs: 0, graceMs: 30_000, leaseMs: 5_000 };
const alone = (own: Survey['own'], passed = false): Survey => ({
  own,
  clusterId: 'one',
  passed: () => passed,
  peers: [],
});
const confirmed: LeaseRecord = { ...held, clusterId: 'one', clusterIdConfirmed: true };
const stranger = (own: Survey['own']): Survey => ({ ...alone(own, true), clusterId: '' });
const peer = (txid: number, more: Partial<Survey['peers'][number]> = {}) => ({
  name: 'pod-2',
  isPrimary: false,
  foreign: false,
  clusterId: 'one',
  positions: at(txid),
  ...more,
});

describe('at once', () => {
  test.each<[string, LeaseRecord, Survey, Partial<Candidate>]>([
    ['a pod at the last position of the primary', held, alone(at(100)), {}],
    ['a pod that has passed it', held, alone(at(103), true), {}],
    ['the pod that was primary last, though further than the Lease says', held, alone(at(103)), { pod: 'pod-0' }],
    ['a pod that a reachable one is level with', held, { ...alone(at(100)), peers: [peer(100)] }, {}],
    [
      'a pod that only one of another history is ahead of',
      held,
      { ...alone(at(100)), peers: [peer(105, { foreign: true })] },
      {},
    ],
    ['pod 0, empty, of a cluster that never had a primary', UNHELD, alone({}), { mayBootstrap: true }],
    ['pod 0 with a restored backup, of such a cluster', UNHELD, stranger(at(7)), { mayBootstrap: true }],
  ])('%s becomes primary', (_, record, survey, who) => {
    expect(refusalReason(record, survey, { ...candidate, ...who })).toBeUndefined();
  });
});

describe('not before the grace has passed', () => {
  test.each<[string, LeaseRecord, Survey, string]>([
    ['a pod behind the last position of the primary', held, alone(at(99)), 'behind the last position of pod-0'],
    ['a pod at that TXID with another checksum', held, alone(at(100, 'b')), 'never saw'],
    ['a pod further than that, which never passed it', held, alone(at(105, 'b')), 'never saw'],
    ['a pod that lacks a database', held, alone({ 'other.db': at(200)['app.db'] }), 'behind the last position'],
    ['a pod with data of its own, such as a restored backup,', confirmed, stranger(at(100)), 'not from the cluster'],
    ['any pod but pod 0 where nobody was primary yet', UNHELD, stranger(at(5)), 'pod 0 may have more'],
    ['a pod of another cluster', confirmed, { ...alone(at(100), true), clusterId: 'two' }, 'not from the cluster'],
    ['a pod with data whose Lease is gone', UNHELD, alone(at(7)), 'a pod that does not answer may have more'],
  ])('%s is refused', (_, record, survey, reason) => {
    expect(refusalReason(record, survey, candidate)).toContain(reason);
    expect(refusalReason(record, survey, { ...candidate, freeForMs: 29_999 })).toContain(reason);
    expect(refusalReason(record, survey, { ...candidate, freeForMs: 30_000 })).toBeUndefined();
  });
});

test('pod 0 with data, whose Lease is gone, waits for the others, too', () => {
  const pod0 = { ...candidate, pod: 'pod-0', mayBootstrap: true };
  expect(refusalReason(UNHELD, alone(at(7)), { ...pod0, freeForMs: 29_999 })).toContain('the Lease is new');
  expect(refusalReason(UNHELD, alone(at(7)), { ...pod0, freeForMs: 30_000 })).toBeUndefined();
});

test('a pod behind a reachable one is refused for long enough that this one, started late, is primary first', () => {
  const survey = { ...alone(at(100)), peers: [peer(101)] };
  expect(refusalReason(held, survey, { ...candidate, freeForMs: 69_999 })).toContain('behind pod-2');
  expect(refusalReason(held, survey, { ...candidate, freeForMs: 70_000 })).toBeUndefined();
});

describe('never', () => {
  test.each<[string, LeaseRecord, Survey, Partial<Candidate>, string]>([
    ['an empty pod where there was data', held, alone({}), {}, 'this pod is empty'],
    ['an empty pod 0 where there was data', held, alone({}), { mayBootstrap: true, pod: 'pod-0' }, 'this pod is empty'],
    ['a pod with an empty database where there was data', held, alone(at(0)), {}, 'this pod is empty'],
    [
      'an empty pod 0 beside one with data',
      UNHELD,
      { ...alone({}), peers: [peer(1)] },
      { mayBootstrap: true },
      'pod-2 has data',
    ],
    ['an empty pod that is not pod 0', UNHELD, alone({}), {}, 'only pod 0'],
    [
      'a pod with data of its own beside one of the cluster',
      confirmed,
      { ...stranger(at(100)), peers: [peer(90)] },
      {},
      'pod-2 is',
    ],
    [
      'a pod of another cluster beside one of this',
      confirmed,
      { ...alone(at(100), true), clusterId: 'two', peers: [peer(90)] },
      {},
      'pod-2 is',
    ],
    ['a pod whose LiteFS does not answer', held, alone(undefined), {}, 'does not tell its position'],
    [
      'a pod beside a primary',
      held,
      { ...alone(at(100)), peers: [peer(100, { isPrimary: true })] },
      {},
      'pod-2 still is primary',
    ],
  ])('%s becomes primary', (_, record, survey, who, reason) => {
    expect(refusalReason(record, survey, { ...candidate, ...who, freeForMs: 1e9 })).toContain(reason);
  });
});

import { advertisedBy } from '../../../../app/lease/consul/advertised.ts';
import { refusalReason } from '../../../../app/lease/core/freshness.ts';
import { UNHELD } from '../../../../app/lease/core/record.ts';
import { timing } from '../../../../app/lease/core/timing.ts';
import { whereIs } from '../../../../app/lease/fence-stream.ts';
import { leasePatch, parseLease } from '../../../../app/lease/kubernetes/lease-object.ts';
import { formatPositions, isBehind, parsePositions, txidOf } from '../../../../app/liteset/litefs/positions.ts';
import { Random } from '../core/model/random.ts';

const MEMBERS = [...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'length', 'name'];
const at = (txid: number) => `${txid.toString(16).padStart(16, '0')}/${'a'.repeat(16)}`;

/** A text that somebody may have put into an annotation. */
function anyText(random: Random): string {
  const name = MEMBERS[random.below(MEMBERS.length)] as string;
  const texts = [
    '',
    name,
    `{"${name}":"${at(random.below(99))}"}`,
    `{"${name}":[1],"hostname":{"${name}":1},"advertise-url":"${name}:"}`,
    '[]',
    'null',
    '"\\ud800"',
    '{"hostname":"a","advertise-url":"http://[::1"}',
    '../../../../nodes/x',
    String.fromCharCode(...Array.from({ length: 20 }, () => random.below(65_536))),
    '['.repeat(2_000),
  ];
  return texts[random.below(texts.length)] as string;
}

test('nothing that stands in a Lease makes reading it, judging it or writing it fail', () => {
  const random = new Random(1);
  const keys = [
    'session',
    'primary-pod',
    'primary',
    'primary-address',
    'cluster-id',
    'cluster-id-confirmed',
    'positions',
  ];
  const candidate = { pod: 'pod-0', mayBootstrap: true, freeForMs: 0, graceMs: 30_000, leaseMs: timing(5, 30).leaseMs };
  for (let round = 0; round < 1_000; round++) {
    const annotations = Object.fromEntries(keys.map((key) => [`liteset.dev/${key}`, anyText(random)]));
    const spec = {
      holderIdentity: anyText(random),
      leaseTransitions: random.below(2 ** 31),
      leaseDurationSeconds: 2 ** 31 - 1,
    };
    const known = parseLease({ metadata: { resourceVersion: '1', annotations }, spec });
    if (known === undefined) throw new Error(`it cannot be read: ${JSON.stringify(annotations)}`);
    const { record } = known;
    const own = { constructor: at(random.below(99)), ['__proto__']: at(1) };
    const peers = [{ name: 'pod-1', isPrimary: false, positions: record.positions, clusterId: '', foreign: false }];
    refusalReason(record, { own, clusterId: 'a', passed: () => false, peers }, candidate);
    expect(record.pod).not.toMatch(/[/%?]/);
    expect([whereIs(record)?.hostname, advertisedBy(record, 20_202)?.['advertise-url']]).not.toContain('');
    JSON.stringify(leasePatch(record, '1', false, new Date()));
  }
});

test('names of databases are data', () => {
  for (const name of MEMBERS) {
    expect(txidOf({}, name)).toBe('0'.repeat(16));
    const positions = parsePositions(JSON.stringify(Object.fromEntries([[name, at(3)]])));
    expect(txidOf(positions, name)).toBe(at(3).slice(0, 16));
    expect([isBehind({}, positions), isBehind(positions, {})]).toEqual([true, false]);
    expect(formatPositions(positions)).toContain(`"${name}"`);
  }
});

test('of thousands of databases those with the most transactions are noted, and the Lease stays small', () => {
  const many = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => [`${index}`.padEnd(200, 'x'), at(index)]),
  );
  const text = formatPositions({ ...many, 'app.db': at(1e6) });
  expect(text.length).toBeLessThanOrEqual(32_768);
  expect(parsePositions(text)).toMatchObject({ 'app.db': at(1e6) });
  expect(Object.keys(parsePositions(text)).length).toBeGreaterThan(100);
});

test('a Lease that nobody has ever held says nothing of where the cluster stood', () => {
  const record = { ...UNHELD, positions: { 'app.db': at(9) } };
  const survey = { own: {}, clusterId: '', passed: () => false, peers: [] };
  const who = { pod: 'pod-0', mayBootstrap: true, freeForMs: 0, graceMs: 30_000, leaseMs: 5_000 };
  expect(refusalReason(record, survey, who)).toBeUndefined();
});

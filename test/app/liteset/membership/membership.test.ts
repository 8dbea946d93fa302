import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followEvents, parseEvent } from '../../../../app/liteset/litefs/events.ts';
import { Membership } from '../../../../app/liteset/membership/membership.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { FakeLitefs } from '../rig/fake-litefs.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const never = new AbortController().signal;
const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const txid = (n: number) => n.toString(16).padStart(16, '0');
const initial = (isPrimary: boolean, hostname?: string) =>
  ({ type: 'init', data: hostname === undefined ? { isPrimary } : { isPrimary, hostname } }) as const;
const transaction = (n: number, checksum = txid(n)) =>
  ({ type: 'tx', db: 'app.db', data: { txID: txid(n), postApplyChecksum: checksum } }) as const;
const member = (name: string) => new Membership('pod-1', join(directory, name, 'app.db'), quiet);

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"type":"tx","db":"a","data":{"txID":"1"}}',
  '{"type":"later","data":{}}',
  '{"type":"init"}',
])('the line %j of the stream is no event and no error', (line) => expect(parseEvent(line)).toBeUndefined());

test('events arrive whole however the stream is cut, and after it is broken', async () => {
  const litefs = new FakeLitefs({ isPrimary: false, hostname: 'one' });
  const end = new AbortController();
  const membership = member('cut');
  const listener = { onEvent: membership.apply.bind(membership), onLost: membership.lose.bind(membership) };
  const following = followEvents(await litefs.listen(), listener, end.signal);
  await waitFor('the first primary', async () => membership.primary === 'one');

  for (const part of ['garbage\n{"type":"prim', 'aryChange","data":{"isPrimary":false,"host', 'name":"two"}}\n{"ty']) {
    litefs.send(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await waitFor('the second primary', async () => membership.primary === 'two');
  litefs.breakStreams();
  await waitFor('the pod to hear again', async () => membership.primary === 'one');

  end.abort();
  await following;
  litefs.close();
});

test('what another pod says of itself counts while LiteFS names nobody, and no longer', () => {
  const membership = member('suggested');
  membership.apply(initial(false));
  membership.suggest('pod-0', '10.0.0.1');
  expect([membership.primary, membership.addressOf('pod-0')]).toEqual(['pod-0', '10.0.0.1']);
  // As the sidecar tells it: under the name that LiteFS has for the same pod.
  membership.locate('pod-0.pods', '10.0.0.1');
  expect(membership.addressOf('pod-0')).toBe('10.0.0.1');
  membership.apply({ type: 'primaryChange', data: { isPrimary: false, hostname: 'pod-0.pods' } });
  expect(membership.primary).toBe('pod-0.pods');
  membership.apply({ type: 'primaryChange', data: { isPrimary: false } });
  expect(membership.primary).toBeUndefined();
});

test('a pod that has lost its primary is still connected, and one that has lost LiteFS is not', () => {
  const membership = member('connected');
  expect(membership.connected).toBe(false);
  membership.apply(initial(false));
  expect(membership.connected).toBe(false);
  membership.apply({ type: 'primaryChange', data: { isPrimary: false, hostname: 'pod-0' } });
  membership.apply({ type: 'primaryChange', data: { isPrimary: false } });
  expect([membership.connected, membership.primary]).toEqual([true, undefined]);
  membership.lose(new Error('gone'));
  expect(membership.connected).toBe(false);
});

test('a listener for promotions is told of each, and at once of one before it came', () => {
  const membership = member('promotion');
  let early = 0;
  membership.onBecomePrimary(() => early++);
  membership.apply(initial(false, 'pod-0'));
  expect(early).toBe(0);
  membership.apply({ type: 'primaryChange', data: { isPrimary: true } });
  membership.apply({ type: 'primaryChange', data: { isPrimary: true } });
  expect(early).toBe(1);
  let late = 0;
  membership.onBecomePrimary(() => late++);
  expect(late).toBe(1);
});

test('transactions of other databases are not counted', () => {
  const membership = member('other');
  membership.apply({ ...transaction(5), db: 'other.db' });
  expect(membership.copy.position().txid).toBe(txid(0));
  membership.apply(transaction(5));
  expect(membership.copy.position().txid).toBe(txid(5));
});

test('the position in the file counts more than that of the events, which come later', () => {
  const database = join(directory, 'app.db');
  const membership = new Membership('pod-1', database, quiet);
  writeFileSync(`${database}-pos`, `${txid(9)}/${txid(9)}\n`);
  membership.apply(transaction(8));
  expect(membership.copy.position().txid).toBe(txid(9));
  membership.copy.close();
});

test('a token is compared with the history of this copy, and a snapshot begins a new one', () => {
  const membership = member('history');
  const token = (n: number, checksum = txid(n)) => ({ txid: txid(n), checksum });
  for (const n of [4, 5, 6]) membership.apply(transaction(n));
  expect(membership.copy.verdict(token(7))).toBe('behind');
  expect(membership.copy.verdict(token(6))).toBe('covered');
  expect(membership.copy.verdict(token(5))).toBe('covered');
  expect(membership.copy.verdict(token(6, txid(99)))).toBe('foreign');
  expect(membership.copy.verdict(token(5, txid(99)))).toBe('foreign');
  membership.apply(transaction(5, txid(99)));
  expect(membership.copy.verdict(token(6))).toBe('behind');
  expect(membership.copy.verdict(token(5))).toBe('foreign');
  expect(membership.copy.verdict(token(5, txid(99)))).toBe('covered');
  expect(membership.copy.verdict(token(4))).toBe('covered');
});

test('waiting for a change ends with the condition, with time, or with the signal', async () => {
  const membership = member('waiting');
  const primary = () => membership.primary !== undefined;
  const end = new AbortController();
  const waits = [membership.changes.until(primary, 20, never), membership.changes.until(primary, 10_000, end.signal)];
  expect(await waits[0]).toBe(false);
  end.abort();
  expect(await waits[1]).toBe(false);
  const held = membership.changes.until(primary, 10_000, never);
  membership.apply(initial(false, 'pod-0'));
  expect(await held).toBe(true);
});

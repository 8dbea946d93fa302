import type { LitesetOptions } from '../../../../app/liteset/options.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { at, FakePrimary } from '../rig/fake-primary.ts';

/** The primary's side of a switchover, with a LiteFS and replicas that do what the test wants. */
let primary: FakePrimary;
const start = async (more: Partial<LitesetOptions> = {}) => {
  primary = new FakePrimary();
  await primary.start({ switchover: true, switchoverMs: 300, primaryWaitMs: 3_000, ...more });
};
beforeEach(() => start());
afterEach(() => primary.stop());
const write = async (path = '/') => {
  const answer = await fetch(`${primary.url}${path}`, { method: 'POST', body: 'x' });
  return [answer.status, await answer.text()];
};
const problem = (type: string, detail: RegExp) =>
  expect.objectContaining({
    kind: expect.objectContaining({ type: `urn:liteset:problem:${type}` }),
    message: expect.stringMatching(detail),
  });

test('a switchover without a replica, or to one that may not or goes down, is refused, and writes go on', async () => {
  await expect(primary.cluster.switchover()).rejects.toEqual(problem('switchover-refused', /Connected: none/));
  await primary.joins('pod-1', at(7), { leaving: true });
  await primary.joins('pod-2', at(7), { candidate: false });
  await primary.joins('pod-3', at(7), { following: false });
  await expect(primary.cluster.switchover()).rejects.toEqual(
    problem('switchover-refused', /pod-1 \(going down\), pod-2, pod-3 \(not following\)\./),
  );
  expect(await write()).toEqual([200, 'written']);
});

test.each([
  ['behind', at(6)],
  ['of another history', at(7, 'b')],
])('a replica that is %s is not promoted, and held writes are done here', async (_what, position) => {
  const replica = await primary.joins('pod-1', position);
  const failing = expect(primary.cluster.switchover()).rejects.toEqual(
    problem('switchover-failed', /caught up in time/),
  );
  await waitFor('writes to be held', async () => !primary.cluster.mayWrite());
  const held = write();
  await failing;
  expect(await held).toEqual([200, 'written']);
  expect(replica.orders).toEqual([]);
  expect(primary.cluster.counters()).toMatchObject({ switchovers: 0, switchoversFailed: 1 });
});

test('a write that does not end in time stops a switchover, and one that ends lets it go on', async () => {
  const replica = await primary.joins('pod-1');
  const slow = write('/slow');
  await waitFor('the write to begin', async () => primary.open.length === 1);
  await expect(primary.cluster.switchover()).rejects.toEqual(problem('switchover-failed', /did not end in time/));
  expect(replica.orders).toEqual([]);
  const again = expect(primary.cluster.switchover()).rejects.toEqual(problem('switchover-failed', /no room/));
  replica.onOrder = () => replica.say({ refusal: 'no room' });
  primary.open[0]?.end('at last');
  expect(await slow).toEqual([200, 'at last']);
  await again;
});

test('what LiteFS on the replica refuses three times is told, and held writes are done here', async () => {
  const replica = await primary.joins('pod-1');
  replica.onOrder = () => replica.say({ refusal: 'not eligible' });
  const failing = expect(primary.cluster.switchover()).rejects.toEqual(
    problem('switchover-failed', /pod-1 could not.*not eligible/),
  );
  const held = write();
  await failing;
  expect(replica.orders).toEqual(Array(3).fill({ promote: at(7) }));
  expect(await held).toEqual([200, 'written']);
});

test('held writes go to the new primary, and other replicas are told who it is', async () => {
  const [successor, other] = [await primary.joins('pod-1'), await primary.joins('pod-2', at(5))];
  successor.onOrder = () => {
    successor.say({ primary: true, host: '127.0.0.9' });
    primary.litefs.lead({ isPrimary: false });
  };
  const switchingOver = primary.cluster.switchover();
  const held = write();
  expect(await switchingOver).toMatchObject({ from: 'pod-0', to: 'pod-1', position: at(7).txid });
  expect([primary.cluster.role(), primary.cluster.primary()]).toEqual(['replica', '127.0.0.9']);
  await waitFor('the other to be told', async () => other.orders.length === 1);
  expect(other.orders).toEqual([{ primary: '127.0.0.9' }]);
  // LiteFS names this pod itself for a moment; the word of the switchover counts more.
  primary.litefs.lead({ isPrimary: false, hostname: 'pod-0' });
  expect(primary.cluster.primary()).toBe('127.0.0.9');
  // Nobody listens there, so that the write waits until its time is over: it was not done here.
  expect((await held)[0]).toBe(503);
});

test('an answer that waits for more replicas than the one that takes over is given before the lease moves', async () => {
  await primary.stop();
  await start({ ackReplicas: 2 });
  const [successor, other] = [await primary.joins('pod-1'), await primary.joins('pod-2', at(6))];
  const written = write();
  await waitFor('the answer to be held', async () => primary.cluster.counters().holding === 1);
  const answers: unknown[] = [];
  successor.onOrder = () => {
    answers.push(primary.cluster.counters().holding);
    successor.say({ primary: true, host: '127.0.0.9' });
    primary.litefs.lead({ isPrimary: false });
  };
  const switchingOver = primary.cluster.switchover();
  await waitFor('writes to be held', async () => !primary.cluster.mayWrite());
  other.say({ position: at(7) });
  await switchingOver;
  expect(answers).toEqual([0]);
  expect(await written).toEqual([200, 'written']);
});

test('a second switchover is refused while one goes on', async () => {
  await primary.joins('pod-1', at(6));
  const first = primary.cluster.switchover();
  await expect(primary.cluster.switchover()).rejects.toEqual(problem('switchover-refused', /goes on already/));
  await expect(first).rejects.toThrow();
});

test('a replica that falls silent without closing its connection is forgotten', async () => {
  await primary.joins('pod-1');
  await waitFor('the pod to be forgotten', async () => primary.cluster.counters().replicas === 0);
});

test('a switchover is asked for on the cluster port, from within the pod, and bad requests are told so', async () => {
  const ask = (body: string, path = '/liteset/switchover') =>
    fetch(`http://127.0.0.1:${primary.clusterPort}${path}`, { method: 'POST', body });
  expect((await ask('', '/liteset/other')).status).toBe(404);
  expect((await ask('{"pot": 1}')).status).toBe(409);
  expect(await (await ask('')).json()).toMatchObject({
    type: 'urn:liteset:problem:switchover-refused',
    primary: 'pod-0',
  });
});

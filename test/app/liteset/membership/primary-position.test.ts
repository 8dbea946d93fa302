import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Changes } from '../../../../app/liteset/membership/changes.ts';
import type { Membership } from '../../../../app/liteset/membership/membership.ts';
import { PrimaryPosition } from '../../../../app/liteset/membership/primary-position.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { at } from '../rig/fake-primary.ts';

/** A primary that answers when the test wants it to. */
const open: ServerResponse[] = [];
const server = createServer((_req, res) => void open.push(res));
const changes = new Changes();
const membership = {
  role: 'replica',
  primary: 'pod-0',
  addressOf: () => '127.0.0.1',
  changes,
} as unknown as Membership;
let position: PrimaryPosition;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  position = new PrimaryPosition(membership, (server.address() as AddressInfo).port);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const answer = (n: number) => {
  const { txid, checksum } = at(n);
  const status = { pod: 'pod-0', role: 'primary', primary: 'pod-0', connected: true, actsAsPrimary: true };
  open.shift()?.end(JSON.stringify({ ...status, position: txid, checksum }));
};
const asked = () => waitFor('a question', () => open.length === 1);

test('whoever comes before a question is asked shares it; whoever comes later does not, and is asked for afterwards', async () => {
  const first = position.join();
  expect(position.join()).toBe(first);
  await asked();
  const later = position.join();
  expect(later).not.toBe(first);
  answer(7);
  await changes.until(() => first.isOver, 5_000);
  expect([first.position, later.position]).toEqual([at(7), undefined]);
  await asked();
  answer(8);
  await changes.until(() => later.isOver, 5_000);
  expect(later.position).toEqual(at(8));
});

test('what nobody waits for any more is not asked', async () => {
  const left = position.join();
  left.waiting--;
  await changes.until(() => left.isOver, 5_000);
  expect([open.length, left.position]).toEqual([0, undefined]);
});

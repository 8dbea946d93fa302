import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Membership } from '../../../../app/liteset/membership/membership.ts';
import { learnHost } from '../../../../app/liteset/switchover/take-over.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
let server: Server;
afterEach(() => server.close());

/** What the pod's host name is after LiteFS has given this answer to `GET /info`. */
async function learnt(before: string | undefined, info: object): Promise<string | undefined> {
  server = createServer((_req, res) => res.end(JSON.stringify(info))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const membership = new Membership('pod-1', undefined, quiet);
  membership.host = before;
  await learnHost(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, membership);
  return membership.host;
}

test.each([
  ['LiteFS is the primary', undefined, { isPrimary: true, primary: { hostname: 'own' } }, 'own'],
  ['LiteFS is it by another name', 'old', { isPrimary: true, primary: { hostname: 'own' } }, 'own'],
  ['LiteFS follows another by now', 'own', { isPrimary: false, primary: { hostname: 'other' } }, 'own'],
  ['LiteFS follows another, and was asked for the first time', undefined, { primary: { hostname: 'other' } }, ''],
  ['LiteFS knows no primary any more', 'own', { isPrimary: false, primary: { hostname: '' } }, 'own'],
])('a pod that was made the primary learns its host name: %s', async (_case, before, info, after) => {
  expect(await learnt(before, info)).toBe(after);
});

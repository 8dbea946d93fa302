import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liteset } from '../../../../app/liteset/liteset.ts';

const folder = mkdtempSync(join(tmpdir(), 'liteset-'));
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const cluster = liteset({
  ...{ database: join(folder, 'app.db'), pod: 'pod-0', logger: quiet, trustedOrigins: ['https://shop.example'] },
});
const server: Server = createServer((req, res) => cluster.middleware(req, res, () => void res.end('done')));

beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(async () => {
  server.close();
  await cluster.close();
  rmSync(folder, { recursive: true });
});

/** The status of a request with these headers. */
const status = (method: string, headers: IncomingHttpHeaders): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const send = request({ port, host: '127.0.0.1', method, path: '/rows', headers, agent: false });
    send.on('response', (answer: IncomingMessage) => resolve(answer.resume().statusCode));
    send.on('error', reject).end();
  });

test.each<[string, IncomingHttpHeaders]>([
  ['a program, which says nothing', {}],
  ['a page of this host', { 'sec-fetch-site': 'same-origin', origin: 'http://invoices.example' }],
  [
    'a page of this host behind a proxy that changes it',
    { 'sec-fetch-site': 'same-origin', origin: 'https://a.example' },
  ],
  ['a person', { 'sec-fetch-site': 'none' }],
  ['a page of this host by a browser without TLS', { origin: 'http://invoices.example' }],
  ['a page that is trusted', { 'sec-fetch-site': 'cross-site', origin: 'https://shop.example' }],
])('%s may write', async (_who, headers) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect(await status(method, { host: 'invoices.example', ...headers })).toBe(200);
});

test.each<[string, IncomingHttpHeaders]>([
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['another site that says nothing more', { 'sec-fetch-site': 'cross-site' }],
  ['a neighbour of this host', { 'sec-fetch-site': 'same-site', origin: 'https://other.example' }],
  ['another site by a browser without TLS', { origin: 'http://evil.example' }],
  ['another port', { origin: 'http://invoices.example:8081' }],
  ['a page without an origin', { origin: 'null' }],
  ['a trusted one over another scheme', { origin: 'http://shop.example' }],
])('a page of %s may not, but it may read', async (_who, headers) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect(await status(method, { host: 'invoices.example', ...headers })).toBe(403);
  expect(await status('GET', { host: 'invoices.example', ...headers })).toBe(200);
});

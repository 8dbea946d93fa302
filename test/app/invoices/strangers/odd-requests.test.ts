import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { litefsPair } from '../../liteset/rig/litefs-pair.ts';
import type { LitefsPod } from '../../liteset/rig/litefs-pod.ts';
import { TIMEOUTS } from '../../timeouts.ts';

/** Requests that no browser sends, to the whole service on a primary and a replica of the real LiteFS. */
const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
let pods: LitefsPod[] = [];

beforeAll(async () => {
  const program = resolve('test/app/invoices/rig/on-address.ts');
  const { primary, replica } = await litefsPair({ directory, program });
  pods = [primary, replica];
}, TIMEOUTS.LITEFS);
afterAll(async () => {
  await Promise.all(pods.map((pod) => pod.stop()));
  rmSync(directory, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

/** Sends bytes as they are, and returns all that comes back until the other side closes. */
async function raw({ url }: LitefsPod, bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}).write(bytes);
  let answer = '';
  for await (const chunk of socket.setEncoding('latin1')) answer += chunk;
  return answer;
}

/** The statuses of the answers, in their order. */
const statuses = (answer: string): number[] =>
  [...answer.matchAll(/(?<=^|\n|\}|\r\n)HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/g)].map((found) => Number(found[1]));

const INVOICE = '{"customerId":1,"lines":[{"trackId":1,"quantity":1}]}';
const JSON_TYPE = 'Content-Type: application/json';
const line = (target: string, method = 'GET') => `${method} ${target} HTTP/1.1\r\nHost: invoices\r\n`;
const get = (target: string, ...headers: string[]) =>
  `${line(target)}${[...headers, 'Connection: close', '', ''].join('\r\n')}`;
const send = (target: string, body: string | Buffer, headers: string[] = [JSON_TYPE], method = 'POST') =>
  Buffer.concat([
    Buffer.from(`${line(target, method)}Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`),
    Buffer.from(`${headers.join('\r\n')}${headers.length > 0 ? '\r\n' : ''}\r\n`),
    Buffer.from(body),
  ]);
const chunked = (end: string) =>
  `${line('/api/invoices', 'POST')}${JSON_TYPE}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n` +
  `${INVOICE.length.toString(16)};ext="a"\r\n${INVOICE}\r\n0\r\n${end}\r\n`;

test.each<[what: string, bytes: string | Buffer, answers: number[]]>([
  ['an absolute-form write', send('http://invoices/api/invoices', INVOICE), [201]],
  ['an absolute-form read', get('http://invoices/api/invoices/1'), [200]],
  ['an absolute form of another host, with a query', get('HTTP://other:99/api/invoices?limit=1'), [200]],
  ['an absolute form without a path', get('http://invoices'), [200]],
  ['an absolute form with a query and no path', get('http://invoices?limit=2'), [200]],
  ['an absolute form of a write that is not there', send('http://invoices', INVOICE), [405]],
  ['an asterisk', `${line('*', 'OPTIONS')}Connection: close\r\n\r\n`, [404]],
  ['a path of two slashes', get('//invoices/1'), [404]],
  ['a target without a slash', get('api/invoices'), [400]],
  ['CONNECT', `${line('invoices:80', 'CONNECT')}\r\n`, []],
  ['TRACE', `${line('/api/invoices', 'TRACE')}Connection: close\r\n\r\n`, [405]],
  ['HEAD with a body', send('/api/invoices?limit=1', INVOICE, [JSON_TYPE], 'HEAD'), [200]],
  ['OPTIONS with a body', send('/api/invoices', INVOICE, [JSON_TYPE], 'OPTIONS'), [204]],
  ['GET with a body', send('/api/invoices/1', INVOICE, [JSON_TYPE], 'GET'), [200]],
  ['DELETE with a body of what is not there', send('/api/invoices/99999', INVOICE, [JSON_TYPE], 'DELETE'), [404]],
  ['Expect: 100-continue', send('/api/invoices', INVOICE, [JSON_TYPE, 'Expect: 100-continue']), [100, 201]],
  ['another expectation', send('/api/invoices', INVOICE, [JSON_TYPE, 'Expect: tea']), [417]],
  ['an upgrade of a read', get('/api/invoices/1', 'Upgrade: websocket'), [200]],
  ['an upgrade of a write', send('/api/invoices', INVOICE, [JSON_TYPE, 'Upgrade: h2c', 'HTTP2-Settings: A']), [201]],
  ['HTTP/2 without an upgrade', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
  [
    'HTTP/1.0',
    `POST /api/invoices HTTP/1.0\r\n${JSON_TYPE}\r\nContent-Length: ${INVOICE.length}\r\n\r\n${INVOICE}`,
    [201],
  ],
  ['no host', 'GET /api/invoices/1 HTTP/1.1\r\nConnection: close\r\n\r\n', [400]],
  ['chunks with extensions and a trailer', chunked('X-Trailer: 1\r\n'), [201]],
  ['a trailer that says another length', chunked('Content-Length: 3\r\n'), [400]],
  ['a trailer of 20 kB', chunked(`X-Trailer: ${'a'.repeat(20_000)}\r\n`), [431]],
  ['a chunk that is none', chunked('').replace('35;', 'zz;'), [400]],
  ['two lengths that differ', send('/api/invoices', INVOICE, [JSON_TYPE, 'Content-Length: 3']), [400]],
  ['a length and chunks', send('/api/invoices', INVOICE, [JSON_TYPE, 'Transfer-Encoding: chunked']), [400]],
  ['a length that is negative', get('/api/invoices/1', 'Content-Length: -1'), [400]],
  ['a length of 25 digits', get('/api/invoices/1', `Content-Length: ${'9'.repeat(25)}`), [400]],
  [
    'a length of 8 EiB',
    `${line('/api/invoices', 'POST')}${JSON_TYPE}\r\nContent-Length: 9223372036854775807\r\n\r\n`,
    [413],
  ],
  ['NUL in a path', get('/api/invoices/%00'), [404]],
  ['a byte that is no UTF-8', get('/public/%ff'), [404]],
  ['digits of another script', get('/api/invoices/%D9%A1'), [404]],
  ['half a surrogate', get('/invoices/%ED%A0%80'), [400]],
  ['2,000 parameters', get(`/?${'q=a&'.repeat(2_000)}limit=1`), [400]],
  ['a cursor of 8 kB', get(`/api/invoices?cursor=${'A'.repeat(8_000)}`), [400]],
  ['1,900 headers', get('/api/invoices/1', ...Array.from({ length: 1_900 }, (_one, i) => `a${i}:`)), [431]],
  ['a head of 20 kB', get('/api/invoices/1', `X-A: ${'a'.repeat(20_000)}`), [431]],
  ['1,000 cookies', get('/api/invoices/1', `Cookie: ${'liteset-token=a; '.repeat(800)}`), [200]],
  ['many ranges', get('/public/style.css', `Range: bytes=${'0-0,'.repeat(1_000)}1-1`), [200]],
  ['a range outside', get('/public/style.css', 'Range: bytes=999999-'), [200]],
  ['a range of an answer of the API', get('/api/invoices/1', 'Range: bytes=0-1'), [200]],
  ['many ETags', get('/api/invoices/1', `If-None-Match: ${'"a", '.repeat(2_000)}"b"`), [200]],
  ['accepted types without end', get('/nowhere', `Accept: ${'a/b;q=0.1, '.repeat(1_200)}text/html`), [404]],
  ['JSON 49,000 deep', send('/api/invoices', '['.repeat(49_000) + ']'.repeat(49_000)), [422]],
  ['objects 16,000 deep', send('/api/invoices', `${'{"a":'.repeat(16_000)}1${'}'.repeat(16_000)}`), [422]],
  ['a number of 90 kB', send('/api/invoices', `{"customerId":${'9'.repeat(90_000)},"lines":[]}`), [422]],
  ['an exponent without end', send('/api/invoices', '{"customerId":1e999999999,"lines":[]}'), [422]],
  ['money of 90 kB', send('/api/invoices', INVOICE.replace('}]', `,"unitPrice":"${'0'.repeat(90_000)}.1"}]`)), [422]],
  [
    'a date of 90 kB',
    send('/api/invoices', INVOICE.replace('{', `{"invoiceDate":"${'2026-01-01T'.repeat(8_000)}",`)),
    [422],
  ],
  ['a prototype', send('/api/invoices', INVOICE.replace('{', '{"__proto__":{"customerId":1},')), [422]],
  [
    'a body of gzip that is a bomb',
    send('/api/invoices', gzipSync(Buffer.alloc(40_000_000)), [JSON_TYPE, 'Content-Encoding: gzip']),
    [413],
  ],
  ['a body of gzip that is none', send('/api/invoices', INVOICE, [JSON_TYPE, 'Content-Encoding: gzip']), [400]],
  ['an encoding that nobody knows', send('/api/invoices', INVOICE, [JSON_TYPE, 'Content-Encoding: gzip, gzip']), [415]],
  ['a charset that nobody knows', send('/api/invoices', INVOICE, [`${JSON_TYPE}; charset=klingon`]), [415]],
  [
    'a form of 2,000 fields',
    send('/invoices', 'trackId=1&'.repeat(2_000), ['Content-Type: application/x-www-form-urlencoded']),
    [413],
  ],
  [
    '300 reads in one packet',
    line('/api/invoices/1').concat('\r\n').repeat(299) + get('/api/invoices/1'),
    Array(300).fill(200),
  ],
  [
    'a write behind a read in one packet',
    Buffer.concat([Buffer.from(`${line('/api/invoices/1')}\r\n`), send('/api/invoices', INVOICE)]),
    [200, 201],
  ],
])('%s is answered the same by the primary and a replica', async (_what, bytes, answers) => {
  const seen = await Promise.all(pods.map((pod) => raw(pod, Buffer.from(bytes))));
  expect(seen.map(statuses)).toEqual([answers, answers]);
});

test('after all of that both pods serve, and nothing of it was an error of theirs', async () => {
  for (const { url, output } of pods) {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(output.split('\n').filter((text) => /"level":(50|60)/.test(text))).toEqual([]);
  }
});

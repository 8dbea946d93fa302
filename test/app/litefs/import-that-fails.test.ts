import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { TIMEOUTS } from '../timeouts.ts';
import { DATABASE, onPrimary, startPair, status, works } from './rig/pair.ts';

const pair = startPair();
const send = (file: Uint8Array) => status(pair.primary, 'POST', `/import?name=${DATABASE}`, file);

/** A database of three rows as bytes. */
function file(pageSize = 4_096): Buffer {
  const database = new Database(':memory:');
  database.pragma(`page_size = ${pageSize}`);
  database.exec("CREATE TABLE row (text); INSERT INTO row VALUES ('a'), ('b'), ('c')");
  return database.serialize();
}
const withoutSize = () => file().fill(0, 28, 32);

test.each([
  ['nothing', () => Buffer.alloc(0)],
  ['five bytes', () => Buffer.from('hello')],
  ['a file that is cut off', () => file().subarray(0, 6_000)],
  ['a head only', () => file().subarray(0, 100)],
  ['a page size that there is none of', () => file().fill(3, 16, 18)],
  ['a file without its size', withoutSize],
  ['another page size', () => file(512)],
  ['another, larger one', () => file(65_536)],
])(
  'an import of %s leaves the database as it was, on both pods and after a start',
  async (_, content) => {
    onPrimary(pair, (database) => {
      // Kept open over the import, so that what it writes is in the WAL only.
      database.pragma('wal_autocheckpoint = 0');
      database.exec("INSERT INTO row VALUES ('committed')");
    });
    const database = new Database(pair.primary.path(DATABASE), { timeout: 5_000 });
    const count = () => database.prepare('SELECT count(*) FROM row').pluck().get();
    database.exec("INSERT INTO row VALUES ('in the WAL')");
    const before = count();
    expect(await send(content())).toBe(500);
    expect(count()).toBe(before);
    database.close();
    await works(pair);
    await pair.primary.kill();
    await pair.primary.start();
    await works(pair);
  },
  TIMEOUTS.LITEFS,
);

test('a client that looks for the answer only when all is sent gets it', async () => {
  // More than the buffers of a connection hold: who answers must read it, or break the connection.
  const body = Buffer.alloc(32 * 1024 * 1024);
  const { hostname, port } = new URL(pair.replica.url);
  const head = `POST /import?name=${DATABASE} HTTP/1.1\r\nHost: pod\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.write(head);
  await new Promise<void>((done, fail) => socket.write(body, (error) => (error ? fail(error) : done())));
  expect(await text(socket)).toMatch(/^HTTP\/1.1 503 /);
});

test('an import that is right takes the place of what was there', async () => {
  expect(await send(file())).toBe(200);
  expect(onPrimary(pair, (database) => database.prepare('SELECT text FROM row').pluck().all())).toEqual([
    'a',
    'b',
    'c',
  ]);
  await works(pair);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE, onPrimary, startPair, status, works } from './rig/pair.ts';

const pair = startPair();
afterEach(() => works(pair));

/** The newest transaction file of the primary. */
function newest(): Buffer {
  const folder = join(pair.primary.data, 'dbs', DATABASE, 'ltx');
  return readFileSync(join(folder, readdirSync(folder).sort().at(-1) as string));
}
const count = () => onPrimary(pair, (database) => database.prepare('SELECT count(*) FROM row').pluck().get());

test('/tx without the lock, or with another one, changes nothing', async () => {
  const before = [count(), pair.primary.position(DATABASE)];
  for (const query of ['', '&lockID=', '&lockID=0', '&lockID=7', '&lockID=x'])
    for (const node of [pair.primary, pair.replica])
      expect(await status(node, 'POST', `/tx?name=${DATABASE}${query}`, newest())).toBe(403);
  expect(await status(pair.primary, 'POST', `/halt?name=${DATABASE}&id=7`)).toBe(200);
  expect(await status(pair.primary, 'POST', `/tx?name=${DATABASE}&lockID=8`, newest())).toBe(403);
  expect(await status(pair.primary, 'DELETE', `/halt?name=${DATABASE}&id=7`)).toBe(200);
  expect([count(), pair.primary.position(DATABASE)]).toEqual(before);
});

test('a replica has no lock to give: it goes on to follow the primary', async () => {
  expect(await status(pair.replica, 'POST', `/halt?name=${DATABASE}&id=7`)).toBe(503);
});

test('a database that is not there is not made by a lock, and its lock cannot be given back', async () => {
  for (const node of [pair.primary, pair.replica]) {
    expect(await status(node, 'DELETE', '/halt?name=none.db&id=7')).toBe(404);
    expect(readdirSync(join(node.data, 'dbs'))).toEqual([DATABASE]);
  }
  expect(await status(pair.primary, 'POST', '/halt?name=none.db&id=7')).toBe(404);
  expect(readdirSync(join(pair.primary.data, 'dbs'))).toEqual([DATABASE]);
});

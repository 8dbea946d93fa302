import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { slow } from '../../lib/slow.ts';
import { waitFor } from '../../lib/wait-for.ts';
import { PausableLink } from '../liteset/rig/pausable-link.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { LitefsNode, level } from './rig/litefs-node.ts';

/** Twice the time after which a silent connection is given up, and the pause before the next one: in milliseconds. */
const RECONNECT_MS = 15_000 * slow;

const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
let primary: LitefsNode;
let replica: LitefsNode;
let link: PausableLink;
let database: Database.Database;

beforeAll(async () => {
  primary = await LitefsNode.start(join(directory, 'primary'));
  link = new PausableLink(Number(new URL(primary.url).port));
  replica = await LitefsNode.start(join(directory, 'replica'), `http://127.0.0.1:${await link.listen()}`);
  database = new Database(primary.path('test.db'));
  database.exec('CREATE TABLE row (text)');
  await level('test.db', primary, replica);
}, TIMEOUTS.LITEFS);

afterAll(async () => {
  database?.close();
  await Promise.all([replica?.stop(), primary?.stop()]);
  link?.close();
  rmSync(directory, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

test(
  'a replica whose connection has fallen silent makes another one, and the primary forgets the old one',
  async () => {
    link.drop();
    database.exec("INSERT INTO row VALUES ('while nothing arrives')");
    // Dropped for as long as a connection of its own would be silent, too: the one after that must pass.
    await waitFor(
      'the replica to give the connection up',
      () => /disconnected from primary/.test(replica.litefs.output),
      RECONNECT_MS,
    );
    link.resume();
    await level('test.db', primary, replica, RECONNECT_MS);
    const streams = () => primary.metric('litefs_http_stream_count');
    await waitFor('the primary to have one stream', async () => (await streams()) === 1, RECONNECT_MS);
  },
  TIMEOUTS.LITEFS,
);

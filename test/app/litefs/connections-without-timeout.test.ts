import { slow } from '../../lib/slow.ts';
import { waitFor } from '../../lib/wait-for.ts';
import { PausableLink } from '../liteset/rig/pausable-link.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { level } from './rig/litefs-node.ts';
import { DATABASE, onPrimary, startPair } from './rig/pair.ts';

/** Twice the time after which a silent connection is given up, and the pause before the next one: in milliseconds. */
const RECONNECT_MS = 15_000 * slow;

let link: PausableLink;
const pair = startPair(async (primaryUrl) => {
  link = new PausableLink(Number(new URL(primaryUrl).port));
  return `http://127.0.0.1:${await link.listen()}`;
});
afterAll(() => link?.close());

test(
  'a replica whose connection has fallen silent makes another one, and the primary forgets the old one',
  async () => {
    const { primary, replica } = pair;
    link.drop();
    onPrimary(pair, (database) => database.exec("INSERT INTO row VALUES ('while nothing arrives')"));
    // Dropped for as long as a connection of its own would be silent, too: the one after that must pass.
    await waitFor(
      'the replica to give the connection up',
      () => /disconnected from primary/.test(replica.litefs.output),
      RECONNECT_MS,
    );
    link.resume();
    await level(DATABASE, primary, replica, RECONNECT_MS);
    const streams = () => primary.metric('litefs_http_stream_count');
    await waitFor('the primary to have one stream', async () => (await streams()) === 1, RECONNECT_MS);
  },
  TIMEOUTS.LITEFS,
);

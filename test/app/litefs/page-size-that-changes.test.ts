import { TIMEOUTS } from '../timeouts.ts';
import { digest } from './rig/copies.ts';
import { DATABASE, onPrimary, startPair, works } from './rig/pair.ts';

const pair = startPair();

test.each([512, 1_024, 8_192, 65_536])(
  'a VACUUM to pages of %s bytes is refused and rolled back, and LiteFS starts again',
  async (size) => {
    onPrimary(pair, (database) => {
      database.pragma('journal_mode = delete');
      database.exec("INSERT INTO row VALUES (randomblob(90000)), ('kept')");
      database.pragma(`page_size = ${size}`);
      expect(() => database.exec('VACUUM')).toThrow('disk I/O error');
      expect(database.pragma('page_size', { simple: true })).toBe(4_096);
    });
    await works(pair);
    await pair.primary.kill();
    await pair.primary.start();
    await works(pair);
    expect(await digest(pair.replica, DATABASE)).toBe(await digest(pair.primary, DATABASE));
  },
  TIMEOUTS.LITEFS,
);

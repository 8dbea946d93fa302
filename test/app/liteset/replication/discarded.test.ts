import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Membership } from '../../../../app/liteset/membership/membership.ts';
import { DiscardedTransactions } from '../../../../app/liteset/replication/discarded.ts';
import type { Replicas } from '../../../../app/liteset/replication/replicas.ts';
import { smallDisk } from '../../../lib/small-disk.ts';

/** What a lost lease does with real LiteFS is in membership/divergence.test.ts. Here the disk is full. */
test('what finds room on a full disk is kept, and the rest is told of', () => {
  const ltx = mkdtempSync(join(tmpdir(), 'liteset-ltx-'));
  const disk = smallDisk(8);
  try {
    for (let n = 1; n <= 5; n++) {
      const txid = n.toString(16).padStart(16, '0');
      writeFileSync(join(ltx, `${txid}-${txid}.ltx`), Buffer.alloc(3_000));
    }
    let demoted = () => {};
    const copy = { position: () => ({ txid: '0000000000000005', checksum: 'a'.repeat(16) }), remembers: () => false };
    const membership = { copy, onDemoted: (listener: () => void) => (demoted = listener), onTransaction: () => {} };
    const errors: string[] = [];
    const logger = { ...console, error: (text: string) => void errors.push(text) };
    const kept = new DiscardedTransactions(
      { ltx, into: disk.folder },
      membership as unknown as Membership,
      { confirmed: undefined } as unknown as Replicas,
      logger,
    );
    demoted();
    const [folder = ''] = readdirSync(disk.folder);
    const files = readdirSync(join(disk.folder, folder)).sort();
    expect(files).toEqual([1, 2].map((n) => `000000000000000${n}-000000000000000${n}.ltx`));
    expect(errors).toEqual([
      expect.stringMatching(
        /only the first 2 of 5 transactions that may be discarded could be kept in .*ENOSPC.*make room/,
      ),
    ]);
    kept.settle([{ txid: '0000000000000005', checksum: 'a'.repeat(16) }]);
    expect(errors.at(-1)).toBe(`liteset: the discarded transactions are kept in ${join(disk.folder, folder)}`);
  } finally {
    disk.remove();
    rmSync(ltx, { recursive: true });
  }
});

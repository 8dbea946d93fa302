import { exec } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';

/** The first transaction of each file that LiteFS still has on a pod's volume, the oldest first: 16 hexadecimal digits. */
export async function transactionsOn(release: Release, pod: string): Promise<string[]> {
  const files = await exec(release, pod, ['ls', '/var/lib/litefs/dbs/invoices.db/ltx']);
  return files
    .split('\n')
    .filter((name) => name.endsWith('.ltx'))
    .map((name) => name.slice(0, 16))
    .sort();
}

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../lease/core/model/random.ts';

/** What a seed does to a data folder of LiteFS's that no LiteFS uses; it returns what it did, for a test that fails. */
export type Mutation = (data: string, older: string, random: Random) => string;

/** The files below a folder that are not empty, by their paths in it, but for what was moved aside. */
const filesOf = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).filter(
    (path) =>
      !path.startsWith('aside') && statSync(join(folder, path)).isFile() && statSync(join(folder, path)).size > 0,
  );

const one = <T>(from: readonly T[], random: Random): T => from[random.below(from.length)] as T;

/** One of the files; each kind as often as the others, however many transaction files there are. */
function fileOf(data: string, random: Random): string {
  const files = filesOf(data);
  const transactions = files.filter((path) => path.endsWith('.ltx')).sort();
  const others = files.filter((path) => !path.endsWith('.ltx'));
  const [last = '', some = ''] = [transactions.at(-1), transactions.length > 0 ? one(transactions, random) : ''];
  return one([...others, last, some].filter(Boolean), random);
}

const edit = (path: string, change: (content: Buffer) => void) => {
  const content = readFileSync(path);
  change(content);
  writeFileSync(path, content);
};

export const mutations: Readonly<Record<string, Mutation>> = {
  bitFlip(data, _older, random) {
    const path = fileOf(data, random);
    const bit = random.below(8 * statSync(join(data, path)).size);
    edit(join(data, path), (content) => {
      content[bit >> 3] = (content[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    });
    return `bit ${bit} of ${path} flipped`;
  },
  truncation(data, _older, random) {
    const path = fileOf(data, random);
    const size = random.below(statSync(join(data, path)).size);
    truncateSync(join(data, path), size);
    return `${path} cut to ${size} bytes`;
  },
  missingFile(data, _older, random) {
    const path = fileOf(data, random);
    rmSync(join(data, path));
    return `${path} removed`;
  },
  missingFolder(data, _older, random) {
    const path = one(['dbs', 'dbs/test.db', 'dbs/test.db/ltx'], random);
    rmSync(join(data, path), { recursive: true, force: true });
    return `${path} removed`;
  },
  /** What a disk that lies about fsync leaves: a file that has its length, and zeros where the data had not arrived. */
  unsynced(data, _older, random) {
    const path = fileOf(data, random);
    const { size } = statSync(join(data, path));
    const from = random.chance(0.3) ? 0 : 512 * random.below(Math.ceil(size / 512));
    const to = random.chance(0.5) ? size : Math.min(size, from + 4096);
    edit(join(data, path), (content) => void content.fill(0, from, to));
    return `${path} is zeros from ${from} to ${to}`;
  },
  olderFile(data, older, random) {
    const path = one(filesOf(older), random);
    cpSync(join(older, path), join(data, path));
    return `${path} is an older copy`;
  },
  olderDatabase(data, older) {
    for (const name of ['database', 'wal', 'journal']) {
      const [from, to] = [join(older, 'dbs/test.db', name), join(data, 'dbs/test.db', name)];
      rmSync(to, { force: true });
      if (existsSync(from)) cpSync(from, to);
    }
    return 'the database without its transactions is an older copy';
  },
  olderTransactions(data, older) {
    rmSync(join(data, 'dbs/test.db/ltx'), { recursive: true, force: true });
    cpSync(join(older, 'dbs/test.db/ltx'), join(data, 'dbs/test.db/ltx'), { recursive: true });
    return 'the transactions without their database are an older copy';
  },
};

/** One or two mutations. */
export function mutate(data: string, older: string, random: Random): string {
  const did: string[] = [];
  for (let left = random.chance(0.3) ? 2 : 1; left > 0; left--) {
    if (filesOf(data).length === 0) break;
    did.push(one(Object.values(mutations), random)(data, older, random));
  }
  return did.join(', ');
}

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { onKind } from './kind.ts';
import { importInto, startNode } from './litefs-node.ts';
import { startPostgres } from './postgres.ts';
import { freePort, Program } from './processes.ts';

/** Something that is measured: the invoice service on some storage. */
export interface System {
  url: string;
  /** The host name to ask for there, if it is another than the address's. */
  host?: string;
  stop(): Promise<void>;
}

/** How a system is started: with a copy of a database, in a folder of its own. */
export type Start = (folder: string, database: string) => Promise<System>;

/** Each request a transaction of its own, and nothing kept: what the service was before. */
export const ALONE = { WRITER_THREAD: 'false', WRITE_GROUP: '1', SHARED_READS: 'false', READ_CACHE_BYTES: '0' };

const plain: Start = async (folder, database) => {
  const port = await freePort();
  copyFileSync(database, join(folder, 'plain.db'));
  const env = { PORT: String(port), DATABASE_PATH: join(folder, 'plain.db'), LOG_LEVEL: 'warn', ...ALONE };
  const program = new Program(join(folder, 'log'), process.execPath, ['app/server.ts'], env);
  await program.answers(`http://127.0.0.1:${port}/readyz`);
  return { url: `http://127.0.0.1:${port}`, stop: () => program.stop() };
};

/** One pod: LiteFS with a mount of its own, and the service as its child. */
const onLitefs =
  (settings: Record<string, string>): Start =>
  async (folder, database) => {
    const node = await startNode(folder, settings);
    try {
      await importInto(node, database);
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  };

/** What is measured, by the name in the tables. */
export const systems: Record<string, { about: string; start: Start }> = {
  plain: { about: 'the same service on a plain SQLite file, a transaction for each request', start: plain },
  litefs: { about: 'LiteFS, a transaction for each request, nothing kept', start: onLitefs(ALONE) },
  uncached: { about: 'Liteset with the cache off, one pod', start: onLitefs({ READ_CACHE_BYTES: '0' }) },
  liteset: { about: 'Liteset, one pod', start: onLitefs({}) },
  postgres: { about: 'PostgreSQL 15 with a streaming replica, the same logic with `pg`', start: startPostgres },
  kind: { about: 'Liteset, three pods on the cluster of hack/up.sh, through its Ingress', start: onKind(3) },
  'kind-1': { about: 'the same with one pod', start: onKind(1) },
  'kind-6': { about: 'the same with six pods', start: onKind(6) },
};

/** What is measured unless others are named: a cluster that runs beside the others would take their time. */
export const DEFAULT = ['plain', 'litefs', 'uncached', 'liteset', 'postgres'];

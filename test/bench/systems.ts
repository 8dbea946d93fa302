import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../lib/free-port.ts';
import { onKind } from './kind.ts';
import { importInto, startNode } from './litefs-node.ts';
import { startPostgres } from './postgres.ts';
import { Program } from './processes.ts';
import type { Start } from './system.ts';

/** Each request a transaction of its own, and nothing kept: what the service was before. */
export const ALONE = { WRITER_THREAD: 'false', WRITE_GROUP: '1', SHARED_READS: 'false', READ_CACHE_BYTES: '0' };

/** The service without LiteFS, on a copy of the database. */
async function onFile(folder: string, database: string, path: string, settings: Record<string, string>) {
  const port = await freePort();
  copyFileSync(database, path);
  const env = { PORT: String(port), DATABASE_PATH: path, LOG_LEVEL: 'warn', ...settings };
  const program = new Program(join(folder, 'log'), process.execPath, ['app/invoices/server.ts'], env);
  await program.answers(`http://127.0.0.1:${port}/readyz`);
  return { url: `http://127.0.0.1:${port}`, stop: () => program.stop() };
}

const plain: Start = (folder, database) => onFile(folder, database, join(folder, 'plain.db'), ALONE);

const inMemory: Start = async (folder, database) => {
  const memory = mkdtempSync('/dev/shm/liteset-');
  const clear = () => rmSync(memory, { recursive: true, force: true });
  try {
    const { url, stop } = await onFile(folder, database, join(memory, 'memory.db'), {});
    return { url, stop: () => stop().finally(clear) };
  } catch (error) {
    clear();
    throw error;
  }
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
  memory: {
    about: 'Liteset’s shared transactions on a file in memory, without LiteFS: storage that costs nothing',
    start: inMemory,
  },
  litefs: { about: 'LiteFS, a transaction for each request, nothing kept', start: onLitefs(ALONE) },
  uncached: { about: 'Liteset with the cache off, one pod', start: onLitefs({ READ_CACHE_BYTES: '0' }) },
  liteset: { about: 'Liteset, one pod', start: onLitefs({}) },
  postgres: { about: 'PostgreSQL 15 with a streaming replica, the same logic with `pg`', start: startPostgres },
  kind: { about: 'Liteset, three pods on the cluster of hack/up.sh, through its Ingress', start: onKind(3) },
  'kind-1': { about: 'the same with one pod', start: onKind(1) },
  'kind-6': { about: 'the same with six pods', start: onKind(6) },
};

/** What is measured unless others are named: a cluster that runs beside the others would take their time. */
export const DEFAULT = ['plain', 'memory', 'litefs', 'uncached', 'liteset', 'postgres'];

import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from './postgres.ts';
import { freePort, Program, root } from './processes.ts';

/** Something that is measured: the invoice service on some storage. */
export interface System {
  url: string;
  /** The process whose memory is told. */
  pid: number;
  stop(): Promise<void>;
}

/** How a system is started: with a copy of a database, in a folder of its own. */
type Start = (folder: string, database: string) => Promise<System>;

const run = promisify(execFile);
/** Each request a transaction of its own, and nothing kept: what the service was before. */
const ALONE = { WRITE_GROUP: '1', SHARED_READS: 'false', READ_CACHE_BYTES: '0' };

const plain: Start = async (folder, database) => {
  const port = await freePort();
  copyFileSync(database, join(folder, 'plain.db'));
  const env = { PORT: String(port), DATABASE_PATH: join(folder, 'plain.db'), LOG_LEVEL: 'warn', ...ALONE };
  const program = new Program(join(folder, 'log'), process.execPath, ['app/server.ts'], env);
  await program.answers(`http://127.0.0.1:${port}/readyz`);
  return { url: `http://127.0.0.1:${port}`, pid: program.pid, stop: () => program.stop() };
};

/** One pod: LiteFS with a mount of its own, and the service as its child. */
const onLitefs =
  (settings: Record<string, string>): Start =>
  async (folder, database) => {
    const [port, litefsPort] = [await freePort(), await freePort()];
    const mount = join(folder, 'mount');
    mkdirSync(mount);
    const config = join(folder, 'litefs.yml');
    const litefsUrl = `http://127.0.0.1:${litefsPort}`;
    const lease = { type: 'static', hostname: '127.0.0.1', 'advertise-url': litefsUrl, candidate: true };
    const http = { addr: `127.0.0.1:${litefsPort}` };
    writeFileSync(config, JSON.stringify({ fuse: { dir: mount }, data: { dir: join(folder, 'data') }, http, lease }));
    const env = {
      ...{ PORT: String(port), DATABASE_PATH: join(mount, 'invoices.db'), LITEFS_URL: litefsUrl, LOG_LEVEL: 'warn' },
      ...{ PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`, ...settings },
    };
    const args = ['mount', '-config', config, '--', process.execPath, 'app/server.ts'];
    const program = new Program(join(folder, 'log'), join(root, 'hack/.bin/litefs'), args, env);
    try {
      await program.answers(`http://127.0.0.1:${port}/readyz`);
      const options = { env: { ...process.env, ...env }, cwd: root };
      await run(process.execPath, ['app/import/import.ts', database], options);
      await program.answers(`http://127.0.0.1:${port}/readyz`);
    } catch (error) {
      await program.stop();
      throw error;
    }
    return { url: `http://127.0.0.1:${port}`, pid: program.pid, stop: () => program.stop() };
  };

/** What is measured, by the name in the tables. */
export const systems: Record<string, { about: string; start: Start }> = {
  plain: { about: 'the same service on a plain SQLite file, a transaction for each request', start: plain },
  litefs: { about: 'LiteFS, a transaction for each request, nothing kept', start: onLitefs(ALONE) },
  uncached: { about: 'Liteset with the cache off, one pod', start: onLitefs({ READ_CACHE_BYTES: '0' }) },
  liteset: { about: 'Liteset, one pod', start: onLitefs({}) },
  postgres: { about: 'PostgreSQL 15 with a streaming replica, the same logic with `pg`', start: startPostgres },
};

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../lib/free-port.ts';
import { Program, root } from './processes.ts';
import type { System } from './system.ts';

const run = promisify(execFile);

/** The service on LiteFS: what a pod is on the cluster. */
export interface LitefsNode extends System {
  readonly port: number;
  readonly litefsUrl: string;
  /** Its copy of the database, on LiteFS's mount. */
  readonly database: string;
  /** The service's environment. */
  readonly env: Record<string, string>;
}

/** Starts LiteFS with a mount of its own and the service as its child: a primary, or a replica of one. */
export async function startNode(
  folder: string,
  settings: Record<string, string>,
  primary?: LitefsNode,
): Promise<LitefsNode> {
  const [port, litefsPort] = [await freePort(), await freePort()];
  const mount = join(folder, 'mount');
  mkdirSync(mount, { recursive: true });
  const config = join(folder, 'litefs.yml');
  const litefsUrl = `http://127.0.0.1:${litefsPort}`;
  const leads = { hostname: '127.0.0.1', 'advertise-url': primary?.litefsUrl ?? litefsUrl, candidate: !primary };
  const http = { addr: `127.0.0.1:${litefsPort}` };
  const data = { dir: join(folder, 'data') };
  writeFileSync(config, JSON.stringify({ fuse: { dir: mount }, data, http, lease: { type: 'static', ...leads } }));
  const database = join(mount, 'invoices.db');
  const env = {
    ...{ PORT: String(port), PEER_PORT: String(primary?.port ?? port), DATABASE_PATH: database, LITEFS_URL: litefsUrl },
    ...{ LOG_LEVEL: 'warn', PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`, ...settings },
  };
  const args = ['mount', '-config', config, '--', process.execPath, 'app/invoices/server.ts'];
  const program = new Program(join(folder, 'log'), join(root, 'hack/.bin/litefs'), args, env);
  const url = `http://127.0.0.1:${port}`;
  try {
    await program.answers(`${url}/readyz`);
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { url, port, litefsUrl, database, env, stop: () => program.stop() };
}

/** Gives a primary the content of a file. */
export async function importInto({ env }: LitefsNode, file: string): Promise<void> {
  const options = { env: { ...process.env, ...env }, cwd: root };
  await run(process.execPath, ['app/invoices/import/command.ts', file], options);
}

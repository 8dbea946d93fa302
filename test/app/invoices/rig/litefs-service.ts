import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const LITEFS = resolve('hack/.bin/litefs');
const NODE = process.execPath;

/** What a pod of these tests is: LiteFS with its own mount, and the whole service as its child, as in the container. */
export interface ServicePod {
  name: string;
  /** Loopback address of its LiteFS. */
  host: string;
  port: number;
  primaryPort: number;
  litefsPort: number;
  /** Loopback address of the primary. */
  primaryHost: string;
  folder: string;
  sampleInvoices: number;
  /** More of the service's environment. */
  env?: Record<string, string>;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const environment = (pod: ServicePod): Record<string, string | undefined> => ({
  ...process.env,
  PATH: `${resolve('node_modules/.bin')}:${process.env['PATH']}`,
  PORT: String(pod.port),
  PEER_PORT: String(pod.primaryPort),
  DATABASE_PATH: join(pod.folder, 'mount', 'invoices.db'),
  LITEFS_URL: `http://${pod.host}:${pod.litefsPort}`,
  POD_NAME: pod.name,
  SAMPLE_INVOICES: String(pod.sampleInvoices),
  ...pod.env,
});

/** Starts a pod and waits until it is ready. */
export async function startPod(pod: ServicePod): Promise<ChildProcess> {
  mkdirSync(join(pod.folder, 'mount'), { recursive: true });
  const config = join(pod.folder, 'litefs.yml');
  const lease = {
    type: 'static',
    hostname: pod.primaryHost,
    'advertise-url': `http://${pod.primaryHost}:${pod.litefsPort}`,
    candidate: pod.host === pod.primaryHost,
  };
  const sections = {
    fuse: { dir: join(pod.folder, 'mount') },
    data: { dir: join(pod.folder, 'data') },
    http: { addr: `${pod.host}:${pod.litefsPort}` },
    lease,
  };
  // YAML takes JSON as it is.
  writeFileSync(config, JSON.stringify(sections));
  const log = openSync(logOf(pod), 'a');
  const child = spawn(LITEFS, ['mount', '-config', config, '--', NODE, 'app/invoices/server.ts'], {
    env: environment(pod),
    stdio: ['ignore', log, log],
  });
  const end = Date.now() + 20_000;
  while (!(await isReady(pod))) {
    if (child.exitCode !== null || Date.now() > end)
      throw new Error(`${pod.name}:\n${readFileSync(logOf(pod), 'utf8')}`);
    await sleep(50);
  }
  return child;
}

/** Ends a pod as Kubernetes does. Returns LiteFS's exit code, which is 0 only if the service's was. */
export async function stopPod(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  return child.exitCode;
}

/** Runs `liteset-import` as `kubectl exec` does. */
export async function runImport(pod: ServicePod, file: string): Promise<{ code: number; output: string }> {
  const command = promisify(execFile)(resolve('app/invoices/liteset-import'), [file], { env: environment(pod) });
  try {
    return { code: 0, output: (await command).stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, output: stderr };
  }
}

async function isReady(pod: ServicePod): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${pod.port}/readyz`).catch(() => undefined);
  return answer?.status === 200;
}

const logOf = (pod: ServicePod): string => join(pod.folder, 'log');

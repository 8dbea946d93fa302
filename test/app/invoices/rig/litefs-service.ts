import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Hopeless, waitFor } from '../../../lib/wait-for.ts';

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
  await waitFor(`${pod.name} to be ready`, async () => {
    if (child.exitCode !== null) throw new Hopeless(`${pod.name} ended:\n${readFileSync(logOf(pod), 'utf8')}`);
    return (await fetch(`http://127.0.0.1:${pod.port}/readyz`)).ok;
  });
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

const logOf = (pod: ServicePod): string => join(pod.folder, 'log');

import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join, resolve } from 'node:path';
import { freePort } from '../../../lib/free-port.ts';
import { waitFor } from '../../../lib/wait-for.ts';

/** How long etcd and kube-apiserver may take to answer, in milliseconds. */
const START_MS = 120_000;
/** Token of the administrator. */
export const ADMIN = 'admin-token';
/** Token of the pods: it may do what the chart's Role allows, and nothing else. */
export const POD_TOKEN = 'pod-token';

// hack/test.sh builds and links them.
const ETCD = resolve('hack/.bin/etcd');
const API_SERVER = resolve('hack/.bin/kube-apiserver');

/** A real kube-apiserver on a real etcd, without anything else of a cluster. */
export class KubeApi {
  readonly #directory: string;
  readonly #processes: ChildProcess[] = [];
  port = 0;

  constructor(directory: string) {
    this.#directory = join(directory, 'kube-api');
  }

  /** Folder with the CA's certificate and the pods' token, as a pod finds them. */
  get credentials(): string {
    return join(this.#directory, 'pod');
  }

  async start(): Promise<void> {
    mkdirSync(this.credentials, { recursive: true });
    const file = (name: string) => join(this.#directory, name);
    const [client, peer] = [await freePort(), await freePort()];
    this.port = await freePort();
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(file('sa.key'), key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(file('sa.pub'), key.publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(file('tokens.csv'), `${ADMIN},admin,1,"system:masters"\n${POD_TOKEN},pod,2\n`);
    writeFileSync(join(this.credentials, 'token'), POD_TOKEN);
    const url = `http://127.0.0.1:${client}`;
    this.#run(ETCD, [
      `--data-dir=${file('etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
      '--log-level=error',
    ]);
    this.#run(API_SERVER, [
      `--etcd-servers=${url}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      // It would write that address into a Service, which takes none of the loopback.
      '--endpoint-reconciler-type=none',
      `--secure-port=${this.port}`,
      `--cert-dir=${file('certs')}`,
      `--token-auth-file=${file('tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${file('sa.pub')}`,
      `--service-account-signing-key-file=${file('sa.key')}`,
      '--service-cluster-ip-range=10.0.0.0/24,fd00::/112',
      '--disable-admission-plugins=ServiceAccount',
      '--allow-privileged=true',
    ]);
    await waitFor('the API server', async () => existsSync(file('certs/apiserver.crt')), START_MS);
    writeFileSync(join(this.credentials, 'ca.crt'), readFileSync(file('certs/apiserver.crt')));
    await waitFor(
      'the default namespace',
      async () => (await this.call('GET', '/api/v1/namespaces/default')).status === 200,
      START_MS,
    );
  }

  /** Stops, and lets go on, the API server alone. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#processes[1]?.kill(signal);
  }

  async stop(): Promise<void> {
    for (const process of this.#processes.reverse()) {
      if (process.exitCode !== null || process.signalCode !== null) continue;
      const ended = once(process, 'exit');
      process.kill('SIGKILL');
      await ended;
    }
  }

  /** A call as the administrator. */
  call(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': type };
      const ca = readFileSync(join(this.credentials, 'ca.crt'));
      request(
        { host: '127.0.0.1', port: this.port, path, method, headers, ca, agent: false, timeout: 10_000 },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
        },
      )
        .on('error', reject)
        .end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Makes an object as the administrator. */
  async create(path: string, object: unknown): Promise<void> {
    const { status, body } = await this.call('POST', path, object);
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${body}`);
  }

  #run(program: string, args: string[]): void {
    const child = spawn(program, args, { stdio: 'ignore' });
    this.#processes.push(child);
  }
}

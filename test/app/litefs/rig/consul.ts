import { createServer, request, type Server } from 'node:http';
import { resolve } from 'node:path';
import { freePort } from '../../../lib/free-port.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { Child } from '../../lease/rig/child-process.ts';

const MANAGEMENT = '00000000-0000-4000-8000-000000000001';
const RULES = 'key_prefix "" { policy = "write" }\nsession_prefix "" { policy = "write" }';

/** A real Consul that lets nobody in without a token, and a way to it that notes the renewals of sessions. */
export class Consul {
  /** What Consul answered to each renewal. */
  readonly renewals: number[] = [];
  readonly #consul = new Child();
  #server: Server | undefined;
  #port = 0;
  url = '';

  async start(): Promise<void> {
    this.#port = await freePort();
    const acl = { enabled: true, default_policy: 'deny', tokens: { initial_management: MANAGEMENT } };
    const [server, serf_lan, serf_wan] = [await freePort(), await freePort(), await freePort()];
    const ports = { http: this.#port, server, serf_lan, serf_wan, dns: -1, grpc: -1 };
    const hcl = JSON.stringify({ acl, ports, bind_addr: '127.0.0.1' });
    this.#consul.start(resolve('hack/.bin/consul'), ['agent', '-dev', '-hcl', hcl], {}, false);
    await waitFor('Consul to give tokens', () => this.#call('PUT', '/v1/acl/policy', { Name: 'all', Rules: RULES }));
    this.#server = createServer((req, res) => {
      const { method, url, headers } = req;
      const onward = request({ port: this.#port, method, path: url, headers }, (answer) => {
        if (url?.startsWith('/v1/session/renew/')) this.renewals.push(answer.statusCode ?? 0);
        res.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(res);
      });
      req.pipe(onward);
    });
    const port = await freePort();
    this.#server.listen(port, '127.0.0.1');
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Makes a token with which LiteFS can do its work. */
  async token(): Promise<{ id: string; revoke: () => Promise<unknown> }> {
    const { AccessorID, SecretID } = await this.#call('PUT', '/v1/acl/token', { Policies: [{ Name: 'all' }] });
    return { id: SecretID as string, revoke: () => this.#call('DELETE', `/v1/acl/token/${AccessorID}`) };
  }

  async stop(): Promise<void> {
    this.#server?.close();
    this.#server?.closeAllConnections();
    await this.#consul.end('SIGKILL');
  }

  async #call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const init = { method, headers: { 'X-Consul-Token': MANAGEMENT }, body: body ? JSON.stringify(body) : null };
    const answer = await fetch(`http://127.0.0.1:${this.#port}${path}`, init);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }
}

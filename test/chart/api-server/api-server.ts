import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { ADMIN, KubeApi } from '../../app/lease/rig/kube-api.ts';
import type { KubernetesObject } from '../helm.ts';

const PLURALS: Readonly<Record<string, string>> = { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' };
const plural = (kind: string) => PLURALS[kind] ?? `${kind.toLowerCase()}s`;
const AT_ONCE = 8;

/** A kube-apiserver that judges objects as Helm 4 sends them: by server-side apply, without making any. */
export class ApiServer {
  readonly #api: KubeApi;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  #ca = '';
  readonly #accepted = new Set<string>();

  constructor(directory: string) {
    this.#api = new KubeApi(directory);
  }

  async start(namespaces: readonly string[]): Promise<void> {
    await this.#api.start();
    this.#ca = readFileSync(join(this.#api.credentials, 'ca.crt'), 'utf8');
    for (const name of namespaces)
      await this.#api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  /** How Helm asks this API server. */
  get flags(): string[] {
    const ca = join(this.#api.credentials, 'ca.crt');
    return ['--kube-apiserver', `https://127.0.0.1:${this.#api.port}`, '--kube-token', ADMIN, '--kube-ca-file', ca];
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#api.stop();
  }

  /** What the API server has against the objects, in a namespace. Nothing if it would take them all. */
  async complaints(namespace: string, objects: readonly KubernetesObject[]): Promise<string[]> {
    const answers = await Promise.all(objects.map((object) => this.#judge(namespace, object)));
    return answers.filter((answer) => answer !== '');
  }

  async #judge(namespace: string, object: KubernetesObject): Promise<string> {
    const body = JSON.stringify(object);
    const known = `${namespace} ${body}`;
    if (this.#accepted.has(known)) return '';
    const { status, text } = await this.apply(namespace, object, 'dryRun=All&');
    if (status === 200 || status === 201) this.#accepted.add(known);
    else return `${object.kind}: ${(JSON.parse(text) as { message: string }).message}`;
    return '';
  }

  /** Applies an object as Helm 4 does. */
  apply(namespace: string, object: KubernetesObject, more = ''): Promise<{ status: number; text: string }> {
    const { apiVersion, kind, metadata } = object;
    const group = apiVersion.includes('/') ? 'apis' : 'api';
    const name = encodeURIComponent(metadata.name);
    const path = `/${group}/${apiVersion}/namespaces/${namespace}/${plural(kind)}/${name}?${more}fieldManager=helm&fieldValidation=Strict`;
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/apply-patch+yaml' };
      const options = { host: '127.0.0.1', port: this.#api.port, path, method: 'PATCH', headers, ca: this.#ca };
      request({ ...options, agent: this.#agent }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      })
        .on('error', reject)
        .end(JSON.stringify(object));
    });
  }
}

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** The versions of Helm that the chart works with: 4.3 and 3.22. hack/test.sh provides them. */
export const HELMS = ['helm', 'helm3'] as const;
export type Helm = (typeof HELMS)[number];

export const CHART = 'charts/liteset';

/** The Kubernetes that Helm renders for. Without it, that depends on how Helm was built. */
const KUBERNETES = ['--kube-version', '1.34.0'];

/** `helm template` of the chart. The name of the release comes next. */
export const TEMPLATE = ['template', CHART, ...KUBERNETES, '--name-template'];

/** Starting a program can take seconds on a machine that is building something. In milliseconds, for `jest.setTimeout`. */
export const PATIENCE = 60_000;

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of the user's own configuration. */
export const HELM_ENVIRONMENT = {
  PATH: process.env['PATH'],
  TMPDIR: process.env['TMPDIR'],
  HOME: '/nonexistent',
  KUBECONFIG: '/nonexistent/kubeconfig',
  // Without a kubeconfig Helm asks localhost:8080, where the invoice service of hack/up.sh answers.
  HELM_KUBEAPISERVER: 'http://127.0.0.1:1',
};

/** Runs Helm with nothing of the user's own configuration. Throws if it is not there. */
export function helm(version: Helm, ...args: string[]): Outcome {
  const { error, ...outcome } = spawnSync(resolve('hack/.bin', version), args, {
    encoding: 'utf8',
    env: HELM_ENVIRONMENT,
  });
  if (error) throw error;
  return outcome;
}

/** Runs `helm template` for release `invoices` in namespace `invoices`. Later arguments win. */
export const template = (version: Helm, ...args: string[]): Outcome =>
  helm(version, 'template', 'invoices', CHART, '--namespace', 'invoices', ...KUBERNETES, ...args);

/** Runs `helm lint --strict`. */
export const lint = (version: Helm, ...args: string[]): Outcome =>
  helm(version, 'lint', '--strict', CHART, ...KUBERNETES, ...args);

/** What Helm would send to Kubernetes for release `invoices` in namespace `invoices`. Throws what Helm says if it refuses. */
export function render(version: Helm, ...args: string[]): KubernetesObject[] {
  const outcome = template(version, ...args);
  if (outcome.status !== 0) throw new Error(outcome.stderr);
  return objects(outcome.stdout);
}

/** The objects in a stream of YAML documents, each checked for errors and duplicate keys. */
export function objects(stream: string): KubernetesObject[] {
  return parseAllDocuments(stream, { version: '1.1' }).flatMap((document) => {
    if ('errors' in document && document.errors[0]) throw document.errors[0];
    const object = 'toJS' in document ? document.toJS() : null;
    return object ? [object as KubernetesObject] : [];
  });
}

/** As much of any Kubernetes object as the tests look at. What they look into, they find by `at`. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** The one object of that kind and, if given, that name. */
export function the(all: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = all.filter((object) => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} objects are ${kind} ${name ?? ''}`);
  return found[0];
}

/** The part of an object at a path such as `spec.template.spec.containers.0.image`. Undefined if there is none. */
export const at = (object: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], object);

import { attempt, type Outcome, type RunOptions, run } from './run.ts';

/** The cluster of hack/up.sh in the user's kubeconfig. */
export const CONTEXT = 'kind-liteset';

/** Runs kubectl on the cluster and returns what it printed. @throws Error with its complaint */
export const kubectl = (args: readonly string[], options?: RunOptions): Promise<string> =>
  run('kubectl', ['--context', CONTEXT, ...args], options);

/** Runs kubectl and tells how it ended. */
export const tryKubectl = (args: readonly string[], options?: RunOptions): Promise<Outcome> =>
  attempt('kubectl', ['--context', CONTEXT, ...args], options);

/** Runs kubectl and parses what it printed. */
export const kubectlJson = async <T>(args: readonly string[]): Promise<T> =>
  JSON.parse(await kubectl([...args, '-o', 'json'])) as T;

/** Names of the objects of a kind in a namespace, such as `pvc`, sorted. */
export async function names(kind: string, namespace: string, selector?: string): Promise<string[]> {
  const which = selector ? ['-l', selector] : [];
  const text = await kubectl(['-n', namespace, 'get', kind, ...which, '-o', 'name']);
  return text
    .split('\n')
    .filter(Boolean)
    .map((name) => name.slice(name.indexOf('/') + 1))
    .sort();
}

/** Deletes a namespace and all in it; returns when it is gone. Nothing happens if there is none. */
export const deleteNamespace = (namespace: string): Promise<string> =>
  kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait'], { limit: 'PODS_READY' });

/** The same without waiting, for the end of a story: what comes next in this namespace waits itself. */
export const leaveNamespace = (namespace: string): Promise<string> =>
  kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);

/** Applies an object of the API, which may name its namespace. */
export const apply = (object: object): Promise<string> =>
  kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });

/** Makes a namespace if there is none. */
export const ensureNamespace = (namespace: string): Promise<string> =>
  apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });

/** Makes a Secret, or gives it this content. */
export const secret = (
  namespace: string,
  name: string,
  stringData: Readonly<Record<string, string>>,
): Promise<string> => apply({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, stringData });

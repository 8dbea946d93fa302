import { ask, type Endpoint, json } from './http.ts';
import { CONTEXT, kubectl, kubectlJson, tryKubectl } from './kubectl.ts';
import { forward } from './port-forward.ts';
import type { Release } from './release.ts';
import type { Outcome } from './run.ts';
import { until } from './until.ts';

/** As much of a pod as the tests look at. */
export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName: string; readonly hostUsers?: boolean; readonly containers: readonly Container[] };
  readonly status: {
    readonly podIP: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}
interface Container {
  readonly name: string;
  readonly securityContext?: { readonly privileged?: boolean; readonly allowPrivilegeEscalation?: boolean };
}
interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly state: { readonly running?: object; readonly waiting?: { readonly reason?: string } };
  readonly lastState?: { readonly terminated?: { readonly exitCode: number; readonly finishedAt: string } };
}

/** The pods of a release, by their number. */
export async function pods({ name, namespace }: Release): Promise<Pod[]> {
  const selector = `app.kubernetes.io/instance=${name},apps.kubernetes.io/pod-index`;
  const { items } = await kubectlJson<{ items: Pod[] }>(['-n', namespace, 'get', 'pods', '-l', selector]);
  return items.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name, 'en', { numeric: true }));
}

export const podNames = async (release: Release): Promise<string[]> =>
  (await pods(release)).map(({ metadata }) => metadata.name);

/** Whether a pod is Ready and stays. */
export const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');

/** How often the container of the application was started again. */
export const restarts = (pod: Pod): number => application(pod)?.restartCount ?? 0;

/** How the container of the application ended before it was started again, in words; empty if it never was. */
export function lastEnd(pod: Pod): string {
  const end = application(pod)?.lastState?.terminated;
  return end ? `(exit code ${end.exitCode} at ${end.finishedAt})` : '';
}

const application = ({ status }: Pod): ContainerStatus | undefined =>
  status.containerStatuses?.find(({ name }) => name === 'app');

/** Waits until the release has exactly that many pods and all are Ready. */
export const podsReady = (release: Release, count: number): Promise<Pod[]> =>
  until(`${count} Ready pods of ${release.name}`, 'PODS_READY', async () => {
    const all = await pods(release);
    const ready = all.filter(isReady).map(({ metadata }) => metadata.name);
    if (all.length !== count || ready.length !== count) throw new Error(`of ${all.length} pods are Ready: ${ready}`);
    return all;
  });

/** Deletes a pod, lets it end in order, and returns once it is gone. */
export const deletePod = ({ namespace }: Release, pod: string): Promise<string> =>
  kubectl(['-n', namespace, 'delete', 'pod', pod, '--wait'], { limit: 'POD_GONE' });

/** Runs a program in a pod as the application's user and tells how it ended. */
export const tryExec = ({ namespace }: Release, pod: string, command: readonly string[]): Promise<Outcome> => {
  const asUser = ['setpriv', '--reuid=10001', '--regid=10001', '--clear-groups', '--'];
  return tryKubectl(['-n', namespace, 'exec', pod, '-c', 'app', '--', ...asUser, ...command]);
};

/** Runs a program in a pod as the application's user and returns what it printed. */
export async function exec(release: Release, pod: string, command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tryExec(release, pod, command);
  if (code !== 0) throw new Error(`${command.join(' ')} in ${pod} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}

/** Runs SQL on the pod's own copy, as the sqlite3 program, and tells how it ended. */
export const trySql = (release: Release, pod: string, sql: string): Promise<Outcome> =>
  tryExec(release, pod, ['sqlite3', '-bail', '-cmd', '.timeout 5000', '/litefs/invoices.db', sql]);

/** Runs SQL on the pod's own copy and returns what it printed. */
export async function sql(release: Release, pod: string, statements: string): Promise<string> {
  const { code, stdout, stderr } = await trySql(release, pod, statements);
  if (code !== 0) throw new Error(`sqlite3 on ${pod} ended with ${code}: ${stderr}${stdout}`);
  return stdout.replace(/\n$/, '');
}

/** Opens a port of each pod on this machine for as long as the work lasts: 8080 unless another one is named. */
export async function withPods<T>(
  release: Release,
  pods: readonly string[],
  work: (at: (pod: string) => Endpoint) => Promise<T>,
  port?: number,
): Promise<T> {
  const opened = await Promise.allSettled(pods.map((pod) => forward(CONTEXT, release.namespace, pod, port)));
  try {
    const urls = new Map(
      opened.map((result, index) => {
        if (result.status === 'rejected') throw result.reason;
        return [pods[index], { url: result.value.url }];
      }),
    );
    return await work((pod) => {
      const endpoint = urls.get(pod);
      if (endpoint === undefined) throw new Error(`no port leads to ${pod}`);
      return endpoint;
    });
  } finally {
    await Promise.all(opened.map((result) => result.status === 'fulfilled' && result.value.close()));
  }
}

/** The pod that takes the writes, as the service itself says through the Ingress. */
export async function primary(release: Release): Promise<string> {
  if (release.application) return release.application.primary(release);
  const { primary } = json<{ primary: string | null }>(
    await ask(release.ingress, '/api/cluster', { limit: 'QUESTION' }),
  );
  const [pod = ''] = (primary ?? '').split('.');
  if (!pod) throw new Error('the service knows no primary');
  return pod;
}

/** The pods that do not take the writes. */
export async function replicas(release: Release): Promise<string[]> {
  const leader = await primary(release);
  return (await podNames(release)).filter((pod) => pod !== leader);
}

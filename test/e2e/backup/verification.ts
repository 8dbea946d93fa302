import { kubectl, kubectlJson } from '../cluster/kubectl.ts';
import type { Release } from '../cluster/release.ts';
import { until } from '../cluster/until.ts';

/** How a verification ended. */
export interface Verification {
  readonly exitCode: number;
  /** What it logged and printed. */
  readonly log: string;
  /** The Events about the release's StatefulSet that it brought. */
  readonly events: readonly { readonly type: string; readonly reason: string; readonly message: string }[];
}

interface JobPod {
  readonly status: {
    readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly exitCode: number } } }[];
  };
}

/** Runs the verification of a release now, by the documented command, and waits for its end. */
export async function runVerification({ name, namespace }: Release): Promise<Verification> {
  const n = ['-n', namespace];
  const job = `verify-now-${Date.now()}`;
  const before = await eventsAbout(namespace, name);
  await kubectl([...n, 'create', 'job', `--from=cronjob/${name}-backup-verify`, job]);
  const exitCode = await until(`${job} to end`, 'VERIFICATION', async () => {
    const { items } = await kubectlJson<{ items: JobPod[] }>([...n, 'get', 'pods', '-l', `job-name=${job}`]);
    return items[0]?.status.containerStatuses?.[0]?.state.terminated?.exitCode;
  });
  const log = await kubectl([...n, 'logs', `job/${job}`]);
  const known = new Set(before.map(({ metadata }) => metadata.uid));
  const events = (await eventsAbout(namespace, name)).filter(({ metadata }) => !known.has(metadata.uid));
  return { exitCode, log, events };
}

interface KubernetesEvent {
  readonly metadata: { readonly uid: string };
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

async function eventsAbout(namespace: string, name: string): Promise<KubernetesEvent[]> {
  const about = `involvedObject.kind=StatefulSet,involvedObject.name=${name}`;
  const events = ['-n', namespace, 'get', 'events', '--field-selector', about];
  return (await kubectlJson<{ items: KubernetesEvent[] }>(events)).items;
}

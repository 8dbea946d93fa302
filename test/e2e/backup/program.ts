import { kubectl } from '../cluster/kubectl.ts';
import { exec, isReady, pods } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';

/** What `backup list` says of a history in the store. */
export interface Lineage {
  readonly lineage: string;
  readonly reason: string;
  readonly firstTxid: string;
  readonly lastTxid: string;
}

/** What there is in the store of a release, as one of its pods sees it: the lineages, the newest last. */
export async function lineages(release: Release, pod: string, url: string): Promise<Lineage[]> {
  const list = ['-n', release.namespace, 'exec', pod, '-c', 'backup', '--', '/program', 'list', '-url', url];
  return (JSON.parse(await kubectl(list)) as { lineages: Lineage[] | null }).lineages ?? [];
}

/** A pod's metrics of the backup, without their prefix. Those with labels keep them in their names. */
export async function metrics(release: Release, pod: string): Promise<Record<string, number>> {
  const script = `fetch('http://127.0.0.1:9090/metrics').then((it) => it.text()).then(console.log)`;
  const text = await exec(release, pod, ['node', '-e', script]);
  const lines = text.matchAll(/^liteset_backup_(\S+) (\S+)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value]) => [name, Number(value)]));
}

/** The pods that say that they stream, among those that are Ready and, if some are given, not among the others. */
export async function streaming(release: Release, others: readonly string[] = []): Promise<string[]> {
  const ready = (await pods(release)).filter(isReady).map(({ metadata }) => metadata.name);
  const asked = ready.filter((pod) => !others.includes(pod));
  const active = await Promise.all(asked.map(async (pod) => (await metrics(release, pod))['active'] === 1));
  return asked.filter((_, index) => active[index]);
}

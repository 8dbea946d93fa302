import { setTimeout as pause } from 'node:timers/promises';
import { kubectl } from '../cluster/kubectl.ts';
import { nodes } from '../cluster/nodes.ts';
import { type Pod, pods, podsReady, primary, tryExec } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import type { Timeout } from '../cluster/timeouts.ts';
import { until } from '../cluster/until.ts';
import { underChaos } from './judge.ts';
import { lonePod } from './lookup.ts';
import { switchover } from './move.ts';
import { cuts, dropping, droppingOn } from './network.ts';

/** How long the empty pod is the only one that could have the Lease, in milliseconds: longer than the grace of 30 s. */
const ALONE_MS = 45_000;

/** A pod whose volume was lost does not become the primary, however long it is the only one that could. */
export function emptyVolumeStory(release: Release, limit: Timeout): void {
  story(
    'a pod with an empty volume does not win, though no other can reach the Lease',
    release,
    async (step) => {
      const empty = await lonePod(release);
      const { name } = empty.metadata;
      if ((await primary(release)) === name) await step('another pod is the primary', () => switchover(release, 0));
      const others = (await pods(release)).filter(({ metadata }) => metadata.name !== name);
      const [one, other] = others as [Pod, Pod];
      await underChaos(release, step, 'empty volume', async (load) => {
        const theirs = others.flatMap(({ status }) => cuts.replicas(status.podIP));
        await droppingOn(empty.spec.nodeName, theirs, async () => {
          await step(`${name} gets an empty volume`, () => emptied(release, empty));
          await step('writes go on without it', () => load.acknowledges());
          await dropping(one, cuts.apiServer, () =>
            dropping(other, cuts.apiServer, () =>
              step(`${name} never has the Lease`, () => neverHolder(release, name)),
            ),
          );
          await step('writes go on when the others are back', () => load.acknowledges());
        });
        await step('three pods are Ready', () => podsReady(release, 3));
      });
    },
    limit,
  );
}

/** Gives a pod an empty volume on the same node. Returns when its LiteFS runs there, with nothing. */
async function emptied(release: Release, { metadata, spec }: Pod): Promise<void> {
  const n = ['-n', release.namespace];
  const others = (await nodes()).filter((it) => it !== spec.nodeName);
  await kubectl(['cordon', ...others]);
  try {
    await kubectl([...n, 'delete', 'pvc', `data-${metadata.name}`, '--wait=false']);
    await kubectl([...n, 'delete', 'pod', metadata.name, '--wait'], { limit: 'POD_GONE' });
    await until(`${metadata.name} with an empty volume`, 'PODS_READY', async () => {
      const { code, stdout, stderr } = await tryExec(release, metadata.name, ['ls', '/litefs']);
      if (code !== 0) throw new Error(stderr);
      expect(stdout).toBe('');
      return true;
    });
  } finally {
    await kubectl(['uncordon', ...others]);
  }
}

/** Looks at the Lease for as long as the pod is alone; the pod must have asked for it, and been refused for this reason. */
async function neverHolder({ name, namespace }: Release, pod: string): Promise<void> {
  const holder = ['-n', namespace, 'get', 'lease', name, '-o', 'jsonpath={.spec.holderIdentity}'];
  const holders = new Set<string>();
  for (const end = performance.now() + ALONE_MS; performance.now() < end; await pause(1_000)) {
    holders.add((await kubectl(holder)).split('_')[0] ?? '');
  }
  expect([...holders]).not.toContain(pod);
  const log = await kubectl(['-n', namespace, 'logs', pod, '-c', 'lease', `--since=${ALONE_MS / 1_000}s`]);
  expect(log).toContain('this pod is empty, and the cluster had data');
}

import { setTimeout as pause } from 'node:timers/promises';
import { nodes, onNode } from '../cluster/nodes.ts';
import { podsReady } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import type { Timeout } from '../cluster/timeouts.ts';
import { until } from '../cluster/until.ts';
import { underChaos } from './judge.ts';

/** How long a write may be on its way at the end of the lease, in milliseconds. */
const REQUEST_MS = 5_000;

/**
 * Stops the API server's process while the work goes on: it answers nobody and refuses nobody. The node's kubelet stands
 * still meanwhile, or it would replace the API server after some two minutes.
 */
async function withoutApiServer(work: () => Promise<unknown>): Promise<void> {
  const node = (await nodes()).find((it) => it.endsWith('control-plane')) ?? '';
  const signal = (name: string, program: string) => onNode(node, ['pkill', `-${name}`, '-x', program]);
  await signal('STOP', 'kubelet');
  try {
    await signal('STOP', 'kube-apiserver');
    await work();
  } finally {
    await signal('CONT', 'kube-apiserver');
    await signal('CONT', 'kubelet');
  }
}

/** Without the API server nobody can know who is the primary: writes are refused, and go on when it is back. */
export function apiServerStory(release: Release, ms: number, limit: Timeout): void {
  story(
    `the API server stopped for ${ms / 1_000} s: no write is acknowledged twice or lost, and they go on afterwards`,
    release,
    async (step) => {
      await underChaos(release, step, `API server stopped for ${ms / 1_000} s`, async (load) => {
        const acknowledged = () => load.history.writes('done').length;
        await withoutApiServer(async () => {
          await step('a write is refused', () =>
            until('a write to be refused', 'NEW_PRIMARY', () => load.history.writes('refused').length > 0),
          );
          // Those that were on their way have their answers by then.
          await pause(REQUEST_MS);
          const before = acknowledged();
          await pause(ms);
          expect(acknowledged()).toBe(before);
        });
        await step('writes go on', () => load.acknowledges());
        await step('three pods are Ready', () => podsReady(release, 3));
      });
    },
    limit,
  );
}

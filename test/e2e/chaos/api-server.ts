import { setTimeout as pause } from 'node:timers/promises';
import { nodes, onNode } from '../cluster/nodes.ts';
import { podsReady } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import type { Timeout } from '../cluster/timeouts.ts';
import { until } from '../cluster/until.ts';
import { underChaos } from './judge.ts';

/** Stops the API server's process for so long, in milliseconds: it answers nobody and refuses nobody. */
export async function withoutApiServer<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const node = (await nodes()).find((it) => it.endsWith('control-plane')) ?? '';
  const signal = (name: string) => onNode(node, ['pkill', `-${name}`, '-x', 'kube-apiserver']);
  await signal('STOP');
  try {
    const result = await work();
    await pause(ms);
    return result;
  } finally {
    await signal('CONT');
  }
}

/** Without the API server nobody can know who is the primary: writes are refused, and go on when it is back. */
export function apiServerStory(release: Release, ms: number, limit: Timeout): void {
  story(
    `the API server stopped for ${ms / 1_000} s: no write is acknowledged twice or lost, and they go on afterwards`,
    release,
    async (step) => {
      await underChaos(release, step, `API server stopped for ${ms / 1_000} s`, async (load) => {
        await withoutApiServer(ms, () =>
          step('no pod takes writes', () =>
            until('a write to be refused', 'NEW_PRIMARY_AFTER_CRASH', () => load.history.writes('refused').length > 0),
          ),
        );
        await step('writes go on', () => load.acknowledges());
        await step('three pods are Ready', () => podsReady(release, 3));
      });
    },
    limit,
  );
}

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { CONTEXT, kubectl } from './kubectl.ts';
import type { Release } from './release.ts';
import { until } from './until.ts';

/** Waits until all pods are as the release wants them. */
export const rolledOut = ({ name, namespace }: Release): Promise<string> =>
  kubectl(['-n', namespace, 'rollout', 'status', `statefulset/${name}`], { limit: 'STORY' });

/** One line for each event of a watch: what happened, to which pod, since when it ends, and whether it is Ready. */
const EVENT =
  '{.type}|{.object.metadata.name}|{.object.metadata.deletionTimestamp}' +
  '|{.object.status.conditions[?(@.type=="Ready")].status}{"\\n"}';

/**
 * Tells how many pods of `count` were left at the worst moment of some work. A pod is away from when it begins to end until
 * the one in its place has become Ready for the first time.
 */
export async function fewestLeft(
  { name, namespace }: Release,
  count: number,
  work: () => Promise<unknown>,
): Promise<number> {
  const pods = ['get', 'pods', '-l', `app.kubernetes.io/instance=${name},apps.kubernetes.io/pod-index`];
  const watch = ['--watch', '--output-watch-events', '-o', `jsonpath=${EVENT}`];
  const child = spawn(resolve('hack/.bin/kubectl'), ['--context', CONTEXT, '-n', namespace, ...pods, ...watch], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const there = new Set<string>();
  let fewest = count;
  let began = false;
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [type, pod = '', ending, ready] = line.split('|');
      if (type === 'DELETED' || ending) there.delete(pod);
      else if (ready === 'True') there.add(pod);
      if (began) fewest = Math.min(fewest, there.size);
    }
  });
  const all = () => until(`a watch that shows ${count} pods`, 'COMMAND', () => there.size === count);
  try {
    await all();
    began = true;
    await work();
    await all();
    return fewest;
  } finally {
    child.kill();
  }
}

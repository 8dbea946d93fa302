import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryKubectl } from './kubectl.ts';
import { helm, type Release } from './release.ts';
import { attempt } from './run.ts';

/** Where tests leave what people look at; git ignores it. */
export const ARTIFACTS = 'test/e2e/artifacts';

/** A path in ARTIFACTS, which is there afterwards. */
export function artifact(name: string): string {
  mkdirSync(ARTIFACTS, { recursive: true });
  return join(ARTIFACTS, name.replaceAll(/[^\w.-]+/g, '-'));
}

/** Writes what is known of a release into a file, returns its path and the part to read first. */
export async function diagnose(release: Release, story: string): Promise<{ file: string; summary: string }> {
  const n = ['-n', release.namespace];
  const look = async (title: string, ...args: string[]) => {
    const { stdout, stderr } = await tryKubectl(args);
    return `## ${title}\n${stdout}${stderr}`;
  };
  const summary = [
    await look('Pods', ...n, 'get', 'pods', '-o', 'wide'),
    await look('Latest events', ...n, 'get', 'events', '--sort-by=.lastTimestamp').then((text) => tail(text, 15)),
  ];
  const names = (await tryKubectl([...n, 'get', 'pods', '-o', 'name'])).stdout.split('\n').filter(Boolean);
  const details = [
    await look('Describe', ...n, 'describe', 'pods'),
    ...(await Promise.all(
      names.map((pod) => look(`Logs of ${pod}`, ...n, 'logs', pod, ...OF_ALL, '--tail=5000').then(withoutRequests)),
    )),
    ...(await Promise.all(
      names.map((pod) => look(`Logs of ${pod} before`, ...n, 'logs', pod, ...OF_ALL, '--tail=100', '--previous')),
    )),
    await look('Traefik', '-n', 'traefik', 'logs', 'deployment/traefik', '--tail=100'),
    await look('Nodes', 'get', 'nodes', '-o', 'wide'),
    `## Helm\n${await helm(release, ['history', release.name]).catch(String)}`,
    `## Load\n${(await attempt('uptime', [])).stdout}`,
  ];
  const file = artifact(`${story.slice(0, 80)}.log`);
  writeFileSync(file, [...summary, ...details].join('\n'));
  return { file, summary: summary.join('\n') };
}

const OF_ALL = ['--all-containers', '--prefix', '--timestamps'];
/** A request is one of thousands; what LiteFS and the lease say would drown in them. */
const withoutRequests = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.includes('"msg":"request completed"'))
    .join('\n');
const tail = (text: string, lines: number): string => text.trimEnd().split('\n').slice(-lines).join('\n');

import type { Endpoint } from '../cluster/http.ts';
import { withPods } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';

/** Where the proxy of each pod listens. */
const PROXY = 20200;

/** Opens the port of each pod's proxy on this machine for as long as the work lasts. */
export const withProxies = <T>(
  release: Release,
  pods: readonly string[],
  work: (at: (pod: string) => Endpoint) => Promise<T>,
): Promise<T> => withPods(release, pods, work, PROXY);

/** The arguments of kubectl by which a command is run as the application would: as its user, in its folder. */
export const asApplication = ({ namespace }: Release, pod: string, command: readonly string[]): string[] => [
  ...['-n', namespace, 'exec', pod, '-c', 'app', '--', '/liteset/liteset', 'exec', '--'],
  ...command,
];

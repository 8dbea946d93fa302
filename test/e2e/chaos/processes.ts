import { killOnNode, onNode, pidOnNode } from '../cluster/nodes.ts';
import type { Pod } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { until } from '../cluster/until.ts';
import { startedAgain } from './rested.ts';

/** What is killed, and how to wait until it has been started again. */
interface Victim {
  kill(pod: Pod): Promise<unknown>;
  startedAgain(release: Release, pod: Pod): Promise<unknown>;
}

/** Whoever ends a container: the kubelet starts it again. */
const ofContainer = (kill: Victim['kill']): Victim => ({ kill, startedAgain });
const named = (command: string) => ofContainer((pod) => killNamed(pod, command));

/** LiteFS is a child of the agent, which starts it again itself. */
const litefsOfAgent: Victim = {
  kill: (pod) => killNamed(pod, '/liteset/litefs mount'),
  startedAgain: (_release, { spec, metadata }) =>
    until('LiteFS to be started again', 'CONTAINER_RESTART', () =>
      pidOnNode(spec.nodeName, metadata.uid, '/liteset/litefs mount'),
    ),
};

/** What can be killed with SIGKILL in a pod of a release. */
export const victims = ({ application }: Release): Record<string, Victim> => ({
  ...(application?.underLoad
    ? {
        LiteFS: litefsOfAgent,
        'the application': named(application.underLoad.process),
        'the agent': named('/liteset/liteset start'),
        'the proxy': named('node app/proxy/server.ts'),
      }
    : { LiteFS: named('litefs mount'), 'the application': named('node app/invoices/server.ts') }),
  'the sidecar of the lease': named('node app/lease/server.ts'),
  'all processes of the pod': ofContainer(killAll),
});

async function killNamed({ spec, metadata }: Pod, command: string): Promise<void> {
  await killOnNode(spec.nodeName, await pidOnNode(spec.nodeName, metadata.uid, command));
}

/** All at once but the one that holds the pod's namespaces: without that the kubelet would make another pod. */
async function killAll({ spec, metadata }: Pod): Promise<void> {
  const script = `
    under=$(printf %s "$1" | tr - _); all=
    for it in /proc/[0-9]*; do
      grep -qsE "$1|$under" "$it/cgroup" || continue
      case $(tr '\\0' ' ' <"$it/cmdline" 2>/dev/null) in /pause*|'') ;; *) all="$all $(basename "$it")" ;; esac
    done
    [ "$all" ] || exit 1
    # One that has ended meanwhile is as good as killed.
    for it in $all; do kill -KILL "$it" 2>/dev/null || [ ! -e "/proc/$it" ] || exit 1; done`;
  await onNode(spec.nodeName, ['sh', '-c', script, 'sh', metadata.uid]);
}

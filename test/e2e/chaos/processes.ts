import { killOnNode, onNode, pidOnNode } from '../cluster/nodes.ts';
import type { Pod } from '../cluster/pods.ts';

/** What can be killed with SIGKILL in a pod. */
export const victims = {
  LiteFS: (pod) => killNamed(pod, 'litefs mount'),
  'the application': (pod) => killNamed(pod, 'node app/invoices/server.ts'),
  'the sidecar of the lease': (pod) => killNamed(pod, 'node app/lease/server.ts'),
  'all processes of the pod': killAll,
} satisfies Record<string, (pod: Pod) => Promise<unknown>>;

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

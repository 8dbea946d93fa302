import { run } from './run.ts';

/** Runs a program in a node and returns what it printed. */
export const onNode = (node: string, command: readonly string[]): Promise<string> =>
  run('docker', ['exec', node, ...command]);

/** The nodes of the cluster, by the names of their containers. */
export async function nodes(): Promise<string[]> {
  const text = await run('docker', ['ps', '--filter', 'label=io.x-k8s.kind.cluster=liteset', '--format', '{{.Names}}']);
  return text.split('\n').filter(Boolean).sort();
}

/** Number, on the node, of the process in a pod whose command line begins with the words. */
export async function pidOnNode(node: string, podUid: string, words: string): Promise<number> {
  const script = `
    uid=$1; under=$(printf %s "$uid" | tr - _)
    for it in /proc/[0-9]*; do
      grep -qsE "$uid|$under" "$it/cgroup" || continue
      case $(tr '\\0' ' ' <"$it/cmdline" 2>/dev/null) in "$2"*) basename "$it"; exit ;; esac
    done
    exit 1`;
  return Number(await onNode(node, ['sh', '-c', script, 'sh', podUid, words]));
}

/** Ends a process on a node as the kernel's OOM killer would. */
export const killOnNode = (node: string, pid: number): Promise<string> => onNode(node, ['kill', '-KILL', String(pid)]);

/** The FUSE mounts that a node itself has; those of its containers are not among them. */
export async function fuseMounts(node: string): Promise<string[]> {
  const mounts = await onNode(node, ['cat', '/proc/1/mounts']);
  return mounts.split('\n').filter((line) => / fuse\.?\S* /.test(line) && !line.includes(' fusectl '));
}

/**
 * Cuts a pod's connections to the LiteFS of others, by dropping their packets on its node, for as long as the work
 * lasts. The pod's own copy then stays where it is; nothing else of the pod is touched.
 */
export async function withoutReplication<T>(node: string, podIp: string, work: () => Promise<T>): Promise<T> {
  const rules = [
    ['FORWARD', '-s', podIp, '-p', 'tcp', '--dport', '20202', '-j', 'DROP'],
    ['FORWARD', '-d', podIp, '-p', 'tcp', '--sport', '20202', '-j', 'DROP'],
  ];
  try {
    for (const rule of rules) await onNode(node, ['iptables', '-I', ...rule]);
    return await work();
  } finally {
    for (const rule of rules) await onNode(node, ['iptables', '-D', ...rule]);
  }
}

/** Stops every process of a node, its kubelet too, and lets them go on when the work is done. */
export async function whilePaused<T>(node: string, work: () => Promise<T>): Promise<T> {
  await run('docker', ['pause', node]);
  try {
    return await work();
  } finally {
    await run('docker', ['unpause', node]);
  }
}

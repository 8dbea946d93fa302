import { onNode } from '../cluster/nodes.ts';
import type { Pod } from '../cluster/pods.ts';

/** Which packets of a pod are dropped on its node, given its address. Those between the node itself and the pod always pass. */
export type Cut = (ip: string) => readonly (readonly string[])[];

const tcp = (ip: string, direction: '-s' | '-d', which: '--sport' | '--dport', port: number) => [
  ...[direction, ip, '-p', 'tcp', which, String(port)],
];

/** What a primary with the lease of Kubernetes can be cut off from. Packets are dropped, not refused: nobody is told. */
export const cuts = {
  /** Between the pod and the API server, after the Service's address has become that of the node. */
  apiServer: (ip) => [tcp(ip, '-s', '--dport', 6443), tcp(ip, '-d', '--sport', 6443)],
  /** Between the pod as the primary and its replicas: LiteFS's stream, and the reports of positions. */
  replicas: (ip) => [20202, 20203].flatMap((port) => [tcp(ip, '-d', '--dport', port), tcp(ip, '-s', '--sport', port)]),
  /** All that the pod sends, all that it is sent, and both. */
  outgoing: (ip) => [['-s', ip]],
  incoming: (ip) => [['-d', ip]],
  everything: (ip) => [
    ['-s', ip],
    ['-d', ip],
  ],
} satisfies Record<string, Cut>;

/** Cuts a pod off from DNS. */
export const dns: Cut = (ip) =>
  ['udp', 'tcp'].flatMap((protocol) => [
    ['-s', ip, '-p', protocol, '--dport', '53'],
    ['-d', ip, '-p', protocol, '--sport', '53'],
  ]);

/** Cuts a pod off from Consul. */
export const consul: Cut = (ip) => [tcp(ip, '-s', '--dport', 8500), tcp(ip, '-d', '--sport', 8500)];

/** Cuts a replica off from the primary that it follows. */
export const following: Cut = (ip) =>
  [20202, 20203].flatMap((port) => [tcp(ip, '-s', '--dport', port), tcp(ip, '-d', '--sport', port)]);

/** Drops these packets of a pod for as long as the work lasts. */
export const dropping = <T>({ spec, status }: Pod, cut: Cut, work: () => Promise<T>): Promise<T> =>
  droppingOn(spec.nodeName, cut(status.podIP), work);

/** The same for packets that a node forwards. */
export async function droppingOn<T>(node: string, rules: ReturnType<Cut>, work: () => Promise<T>): Promise<T> {
  const change = async (action: '-I' | '-D') => {
    for (const rule of rules) await onNode(node, ['iptables', action, 'FORWARD', ...rule, '-j', 'DROP']);
  };
  await change('-I');
  try {
    return await work();
  } finally {
    await change('-D');
  }
}

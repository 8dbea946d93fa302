import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Expr, eq, release, when, yamlText } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { labels, name, paths, peers, ports, v } from '../names.ts';
import { consulUrl, sessionTtl } from './lease.ts';
import { byKubernetes } from './lease-access.ts';

/** Key of the lock in Consul. Two releases must never share one. */
const consulKey = new Expr<string>(
  `${v.lease.consul.key.pipeline} | default (printf "liteset/%s/%s" ${release.namespace.pipeline} (${name.pipeline}))`,
  'quoted',
);

const litefsType = new Expr<string>(`ternary "static" "consul" (eq ${v.lease.type.pipeline} "static")`, 'quoted');

/** What a pod tells the others about itself; LiteFS fills in `POD_NAME` from its environment. */
const self = `\${POD_NAME}`;
const addresses = (pod: string) => ({
  hostname: `${pod}.${peers}`,
  'advertise-url': `http://${pod}.${peers}:${ports.litefs}`,
});

/**
 * LiteFS's configuration, the same for all pods. It has no `proxy` section: LiteFS's proxy answers a write on a
 * replica with an empty 200, which loses it.
 */
export function configuration(scope: Construct): void {
  new Manifest(scope, 'configmap', k8s.KubeConfigMap, {
    metadata: { name: `${name}`, labels },
    data: {
      'litefs.yml': yamlText({
        fuse: { dir: paths.mount, 'allow-other': true },
        data: { dir: paths.data, retention: v.litefs.retention },
        http: { addr: `:${ports.litefs}` },
        lease: {
          // LiteFS knows two types: for it, the sidecar of `kubernetes` is Consul.
          type: litefsType,
          ...when(eq(v.lease.type, 'static'), {
            // With a static lease, every pod has to know the address of the primary as its own.
            ...addresses(`${name}-0`),
            candidate: `\${POD_NAME == '${name}-0'}`,
          }),
          ...when(byKubernetes, {
            ...addresses(self),
            candidate: true,
            'reconnect-delay': '100ms',
            consul: { url: consulUrl, key: 'liteset', ttl: sessionTtl },
          }),
          ...when(eq(v.lease.type, 'consul'), {
            ...addresses(self),
            candidate: true,
            'reconnect-delay': '100ms',
            consul: {
              url: v.lease.consul.url,
              key: consulKey,
              ttl: v.lease.consul.ttl,
              'lock-delay': v.lease.consul.lockDelay,
            },
          }),
        },
      }),
    },
  });
}

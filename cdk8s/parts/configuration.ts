import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { comment, when, yamlText } from '../helm/blocks.ts';
import { eq } from '../helm/condition.ts';
import { Expr, include, text } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { labels, name, paths, peers, ports, v } from '../names.ts';
import { consulUrl, sessionTtl } from './lease.ts';
import { byKubernetes } from './lease-access.ts';
import { agentJson } from './your-application/agent.ts';
import { yours } from './your-application/condition.ts';

/** LiteFS makes a boolean of what it stands in, which in quotes would be text. */
const unquoted = new Expr<string>(name.pipeline, 'bare');

/** What a pod tells the others about itself; LiteFS fills in `POD_NAME` from its environment. */
const self = `\${POD_NAME}`;
const addresses = (pod: string) => ({
  hostname: `${pod}.${peers}`,
  'advertise-url': `http://${pod}.${peers}:${ports.litefs}`,
});

/** LiteFS's configuration, the same for all pods. */
export function configuration(scope: Construct): void {
  new Manifest(scope, 'configmap', k8s.KubeConfigMap, {
    about:
      "LiteFS's configuration, the same for all pods. It has no `proxy` section: LiteFS's proxy answers a write on a " +
      'replica with an empty 200, which loses the write.',
    metadata: { name: `${name}`, labels },
    data: {
      'litefs.yml': yamlText({
        fuse: { dir: paths.mount, 'allow-other': true },
        data: { dir: paths.data, retention: v.litefs.retention },
        http: { addr: `:${ports.litefs}` },
        lease: when(
          eq(v.lease.type, 'static'),
          {
            type: 'static',
            ...comment('With a static lease, every pod has to know the address of the primary as its own.'),
            ...addresses(`${name}-0`),
            candidate: `\${POD_NAME == '${unquoted}-0'}`,
          },
          {
            ...comment('LiteFS knows two types: for LiteFS, the sidecar of `kubernetes` is Consul.'),
            type: 'consul',
            ...addresses(self),
            candidate: true,
            'reconnect-delay': '100ms',
            consul: when(
              byKubernetes,
              {
                url: consulUrl,
                key: 'liteset',
                ...comment('app/lease/core/timing.ts says why the TTL is this part of the lease.'),
                ttl: sessionTtl,
              },
              {
                url: v.lease.consul.url,
                key: text(include('liteset.consulKey')),
                ttl: v.lease.consul.ttl,
                'lock-delay': v.lease.consul.lockDelay,
              },
            ),
          },
        ),
      }),
      ...when(yours, { 'agent.json': agentJson }),
    },
  });
}

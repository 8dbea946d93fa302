import { z } from 'zod';
import { annotations, qualifiedName } from './kubernetes/names.ts';
import { cidr } from './kubernetes/network.ts';

const traffic = () => z.enum(['', 'Cluster', 'Local']).default('');

/** The Service by which everybody else finds the pods. What is empty, Kubernetes decides. */
export const service = z.strictObject({
  type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']).default('ClusterIP').describe('Type of the Service.'),
  port: z.int().min(1).max(65535).default(80).describe('Port of the Service. The pods themselves listen on 8080.'),
  nodePort: z
    .union([z.literal(0), z.int().min(30_000).max(32_767)])
    .default(0)
    .describe(
      'Port on every node, from 30000 to 32767, for `NodePort` and `LoadBalancer`. Kubernetes chooses one if 0.',
    ),
  annotations: annotations().describe('Annotations of the Service.'),
  ipFamilyPolicy: z
    .enum(['', 'SingleStack', 'PreferDualStack', 'RequireDualStack'])
    .default('')
    .describe('Whether the Services of the chart have addresses of IPv4, IPv6 or both.'),
  ipFamilies: z
    .array(z.enum(['IPv4', 'IPv6']))
    .max(2)
    .meta({ uniqueItems: true })
    .default([])
    .describe('Families of these addresses, the first one first.')
    .meta({ examples: [['IPv6', 'IPv4']] }),
  loadBalancerClass: z
    .union([z.literal(''), qualifiedName()])
    .default('')
    .describe('Which load balancer serves a Service of the type `LoadBalancer`, such as `service.k8s.aws/nlb`.'),
  loadBalancerSourceRanges: z
    .array(cidr())
    .default([])
    .describe('From which addresses the load balancer takes connections. From all if empty.')
    .meta({ examples: [['10.0.0.0/8']] }),
  externalTrafficPolicy: traffic().describe(
    'For `NodePort` and `LoadBalancer`. `Local` keeps the address of the client, and leads to pods on the same node only.',
  ),
  internalTrafficPolicy: traffic().describe('The same for connections from inside the cluster.'),
  sessionAffinity: z
    .enum(['', 'None', 'ClientIP'])
    .default('')
    .describe('`ClientIP` leads each client to the same pod, by its address.'),
});

import { z } from 'zod';
import { ingressRules } from './kubernetes/network.ts';

/** Who may connect to the pods. */
export const networkPolicy = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      "Make a NetworkPolicy that keeps LiteFS's port to the pods of the release. LiteFS asks nobody for a password. " +
        'Outgoing connections stay as they are.',
    ),
  extraIngress: ingressRules()

    .describe('More ingress rules of the NetworkPolicy.')
    .meta({
      examples: [
        [
          {
            from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
            ports: [{ port: 20202 }],
          },
        ],
      ],
    }),
});

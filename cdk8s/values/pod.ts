import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { affinity } from './kubernetes/affinity.ts';
import { annotations, labels, optionalName } from './kubernetes/names.ts';
import { percent, spreads, tolerations, updateStrategy } from './kubernetes/pod.ts';
import { podSecurityContext } from './kubernetes/security.ts';
import { limits, requests } from './types.ts';

const seconds = (fallback: number) => z.int().min(1).max(3600).default(fallback);

/** When a probe asks. Where it asks is not a value: LiteFS and the application decide that. */
const probe = (name: string, question: string, period: number, timeout: number, failures: number) =>
  z.strictObject({
    periodSeconds: seconds(period).describe(`Seconds between two ${name} probes: ${question}?`),
    timeoutSeconds: seconds(timeout).describe(`Seconds that the answer to a ${name} probe may take.`),
    failureThreshold: z
      .int()
      .min(1)
      .max(10_000)
      .default(failures)
      .describe(`Failures of the ${name} probe in a row that count.`),
  });

export const serviceAccount = z.strictObject({
  create: z
    .boolean()
    .default(true)
    .describe('Create a ServiceAccount for the pods. The application never sees its token.'),
  annotations: annotations()
    .describe('Annotations of the ServiceAccount.')
    .meta({ examples: [{ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/invoices' }] }),
  name: optionalName()
    .default('')
    .describe(
      'Name of the ServiceAccount. If empty: the name of the release, or `default` if `serviceAccount.create` is false.',
    ),
});

export const resources = z.strictObject({
  requests: requests({ cpu: '50m', memory: '128Mi' }).describe('What the container of the application requests.'),
  limits: limits({ memory: '512Mi' }).describe(
    'What the container of the application may use at most. The chart adds the device of `fuse.mode: device`.',
  ),
});

/** How the pods start, live and end. */
export const pod = {
  startupProbe: probe(
    'startup',
    'has the application started, which LiteFS allows when the database is checked and the primary found',
    2,
    2,
    900,
  ),
  livenessProbe: probe('liveness', 'is the application alive', 10, 5, 6),
  readinessProbe: probe('readiness', 'may the pod get traffic', 2, 2, 3),
  terminationGracePeriodSeconds: z.int().min(5).max(3600).default(45).describe('Seconds that a pod may take to stop.'),
  drainSeconds: z
    .int()
    .min(0)
    .max(600)
    .default(5)
    .describe('Seconds that a pod which stops still serves, until nobody sends requests any more.'),
  updateStrategy: updateStrategy()
    .describe('Update strategy of the StatefulSet. One pod at a time if empty.')
    .meta({ examples: [{ type: 'OnDelete' }] }),
  podAnnotations: annotations()
    .describe('Annotations of the pods, those that verify the backup among them.')
    .meta({ examples: [{ 'example.com/owner': 'billing' }] }),
  podLabels: labels()
    .describe('Labels of the pods, those that verify the backup among them.')
    .meta({ examples: [{ 'example.com/tier': 'data' }] }),
  podSecurityContext: (podSecurityContext as unknown as z.ZodType<k8s.PodSecurityContext>)
    .default({ seccompProfile: { type: 'RuntimeDefault' } })
    .describe('Security context of the pods. `fuse.mode` decides the security context of the container.'),
};

/** Where the pods run. */
export const scheduling = {
  nodeSelector: labels()
    .describe('Labels of the nodes that may run the pods.')
    .meta({ examples: [{ 'kubernetes.io/os': 'linux' }] }),
  tolerations: tolerations()
    .describe('Taints that the pods tolerate.')
    .meta({ examples: [[{ key: 'dedicated', value: 'data', effect: 'NoSchedule' }]] }),
  affinity: affinity()
    .describe('Affinity of the pods.')
    .meta({
      examples: [
        {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: 'kubernetes.io/hostname',
                labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'liteset' } },
              },
            ],
          },
        },
      ],
    }),
  topologySpreadConstraints: spreads()
    .describe('How the pods spread. Over the nodes, as well as possible, if empty.')
    .meta({
      examples: [
        [
          {
            maxSkew: 1,
            topologyKey: 'topology.kubernetes.io/zone',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'liteset' } },
          },
        ],
      ],
    }),
  priorityClassName: optionalName().default('').describe('PriorityClass of the pods.'),
};

export const podDisruptionBudget = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Make a PodDisruptionBudget, so that a drain of nodes leaves enough pods.'),
  maxUnavailable: z
    .union([z.int().min(1).max(99), percent()])
    .default(1)
    .describe('Pods that may be unavailable during a drain: a number, or a share such as `34%`.'),
  minAvailable: z
    .union([z.literal(''), z.int().min(0).max(99), percent()])
    .default('')
    .describe(
      'Pods that a drain has to leave: a number, or a share such as `50%`. Decides instead of `maxUnavailable`.',
    ),
});

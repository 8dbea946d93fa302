import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { list, map, optionalName, quantities, strings } from './types.ts';

const seconds = (fallback: number) => z.int().min(1).max(3600).default(fallback);

/** When a probe asks. Where it asks is not a value: LiteFS and the application decide that. */
const probe = (question: string, period: number, timeout: number, failures: number) =>
  z.strictObject({
    periodSeconds: seconds(period).describe(`How often ${question}.`),
    timeoutSeconds: seconds(timeout).describe('How long an answer may take.'),
    failureThreshold: z.int().min(1).max(10_000).default(failures).describe('How many failures in a row count.'),
  });

export const probes = {
  startupProbe: probe(
    'it is asked whether the application has started, which LiteFS allows once it has checked the database and found the primary',
    2,
    2,
    900,
  ),
  livenessProbe: probe('it is asked whether the application is alive', 10, 5, 6),
  readinessProbe: probe('it is asked whether the pod may get traffic', 2, 2, 3),
};

export const serviceAccount = z.strictObject({
  create: z.boolean().default(true).describe('Create a ServiceAccount for the pods. Its token is never mounted.'),
  annotations: strings().describe('Annotations of the ServiceAccount.'),
  name: optionalName()
    .default('')
    .describe('Name of the ServiceAccount. The name of the release, or `default` if none is created, if empty.'),
});

/** Where and how the pods run. */
export const pod = {
  ...probes,
  terminationGracePeriodSeconds: z.int().min(5).max(3600).default(45).describe('How long a pod may take to stop.'),
  drainSeconds: z
    .int()
    .min(0)
    .max(600)
    .default(5)
    .describe('How much of that a pod still serves at first, until nobody sends it requests any more.'),
  resources: z.strictObject({
    requests: quantities({ cpu: '50m', memory: '128Mi' }).describe('What the container asks for.'),
    limits: quantities({ memory: '512Mi' }).describe(
      'What it may use at most. The device of `fuse.mode: device` is added to it.',
    ),
  }),
  podAnnotations: strings().describe('Annotations of the pods.'),
  podLabels: strings().describe('Labels of the pods.'),
  podSecurityContext: (z.record(z.string(), z.unknown()) as unknown as z.ZodType<k8s.PodSecurityContext>)
    .default({ seccompProfile: { type: 'RuntimeDefault' } })
    .describe('Security context of the pods. That of the container is decided by `fuse.mode`.'),
  nodeSelector: strings().describe('Labels of the nodes that may run the pods.'),
  tolerations: list<k8s.Toleration>().describe('Taints that the pods tolerate.'),
  affinity: map<k8s.Affinity>().describe('Affinity of the pods.'),
  topologySpreadConstraints: list<k8s.TopologySpreadConstraint>().describe(
    'How the pods spread. Over the nodes, as well as possible, if empty.',
  ),
  priorityClassName: optionalName().default('').describe('PriorityClass of the pods.'),
  updateStrategy: map<k8s.StatefulSetUpdateStrategy>().describe('Update strategy of the StatefulSet.'),
};

export const podDisruptionBudget = z.strictObject({
  enabled: z.boolean().default(true).describe('Let a drain of nodes take down only so many pods at a time.'),
  maxUnavailable: z.int().min(1).max(99).default(1).describe('How many.'),
});

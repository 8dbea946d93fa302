import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { label, labelSelector, labelValue, objectName, qualifiedName } from './names.ts';

const weight = z.int().min(1).max(100);
const operator = {
  some: z.enum(['In', 'NotIn']),
  none: z.enum(['Exists', 'DoesNotExist']),
  size: z.enum(['Gt', 'Lt']),
};
const requirement = z.union([
  z.strictObject({ key: qualifiedName(), operator: operator.some, values: z.array(labelValue()).min(1) }),
  z.strictObject({ key: qualifiedName(), operator: operator.none }),
  z.strictObject({
    key: qualifiedName(),
    operator: operator.size,
    values: z.array(z.string().regex(/^[0-9]{1,9}$/)).length(1),
  }),
]);
const node = z.strictObject({
  matchExpressions: z.array(requirement).optional(),
  matchFields: z
    .array(
      z.strictObject({
        key: z.literal('metadata.name'),
        operator: operator.some,
        values: z.array(objectName()).length(1),
      }),
    )
    .optional(),
});
const nodeAffinity = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z
    .strictObject({ nodeSelectorTerms: z.array(node).min(1) })
    .optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z.array(z.strictObject({ weight, preference: node })).optional(),
});

const term = z.strictObject({
  topologyKey: qualifiedName(),
  labelSelector: labelSelector().optional(),
  namespaces: z.array(label()).optional(),
  namespaceSelector: labelSelector().optional(),
});
const podAffinity = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(term).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight, podAffinityTerm: term }))
    .optional(),
});

/** Which nodes, and which other pods, attract the pods or keep them away. */
export const affinity = () =>
  z
    .strictObject({
      nodeAffinity: nodeAffinity.optional(),
      podAffinity: podAffinity.optional(),
      podAntiAffinity: podAffinity.optional(),
    })
    .default({}) as unknown as z.ZodDefault<z.ZodType<k8s.Affinity>>;

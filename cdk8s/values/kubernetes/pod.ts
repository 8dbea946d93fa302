import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { labelSelector, labelValue, objectName, qualifiedName } from './names.ts';

/** Secrets for pulling images. */
export const pullSecrets = () => z.array(z.strictObject({ name: objectName() })).default([]);

const effect = z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']);
const evicted = { effect: z.literal('NoExecute'), tolerationSeconds: z.int().optional() };
const equal = { key: qualifiedName(), operator: z.literal('Equal').optional(), value: labelValue().optional() };
const exists = { key: qualifiedName().optional(), operator: z.literal('Exists') };

/** Taints that are tolerated. */
export const tolerations = () =>
  z
    .array(
      z.union([
        z.strictObject({ ...equal, effect: effect.optional() }),
        z.strictObject({ ...equal, ...evicted }),
        z.strictObject({ ...exists, effect: effect.optional() }),
        z.strictObject({ ...exists, ...evicted }),
      ]),
    )
    .default([]) as unknown as z.ZodDefault<z.ZodType<k8s.Toleration[]>>;

const policy = z.enum(['Honor', 'Ignore']).optional();
const spread = {
  maxSkew: z.int().min(1).max(1_000_000),
  topologyKey: qualifiedName(),
  labelSelector: labelSelector().optional(),
  nodeAffinityPolicy: policy,
  nodeTaintsPolicy: policy,
};

/** How pods spread over zones, nodes and the like. */
export const spreads = () =>
  z
    .array(
      z.union([
        z.strictObject({ ...spread, whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']) }),
        z.strictObject({
          ...spread,
          whenUnsatisfiable: z.literal('DoNotSchedule'),
          minDomains: z.int().min(1).max(1_000_000),
        }),
      ]),
    )
    .default([]) as unknown as z.ZodDefault<z.ZodType<k8s.TopologySpreadConstraint[]>>;

/** A share of something, in whole percent. */
export const percent = () => z.string().regex(/^([1-9][0-9]?|100)%$/);

/** How the pods of the StatefulSet are replaced. */
export const updateStrategy = () =>
  z
    .union([
      z.strictObject({ type: z.literal('OnDelete') }),
      z.strictObject({
        type: z.literal('RollingUpdate').optional(),
        rollingUpdate: z
          .strictObject({
            partition: z.int().min(0).max(99).optional(),
            maxUnavailable: z.union([z.int().min(1).max(99), percent()]).optional(),
          })
          .optional(),
      }),
    ])
    .default({}) as unknown as z.ZodDefault<z.ZodType<k8s.StatefulSetUpdateStrategy>>;

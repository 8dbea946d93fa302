import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { dataKey, label, objectName, QUALIFIED_NAME } from './names.ts';

const name = () => z.string().regex(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/);
const key = () => z.strictObject({ name: objectName(), key: dataKey(), optional: z.boolean().optional() });

/** A field of the pod that matches a pattern. */
export const fieldRef = (fieldPath: RegExp) =>
  z.strictObject({ apiVersion: z.literal('v1').optional(), fieldPath: z.string().regex(fieldPath) });

/** What a container requests, or may use, of something, in such units. */
export const resourceFieldRef = <Shape extends z.ZodRawShape>(container: Shape) =>
  z.union([
    z.strictObject({
      ...container,
      resource: z.enum(['limits.cpu', 'requests.cpu']),
      divisor: z.enum(['0', '1', '1m']).optional(),
    }),
    z.strictObject({
      ...container,
      resource: z.string().regex(/^(limits|requests)\.(memory|ephemeral-storage)$/),
      divisor: z
        .string()
        .regex(/^(0|1([kMGTPE]|[KMGTPE]i)?)$/)
        .optional(),
    }),
  ]);

const PATHS = [
  'metadata\\.(name|namespace|uid)',
  `metadata\\.(labels|annotations)\\['${QUALIFIED_NAME}'\\]`,
  'spec\\.(nodeName|serviceAccountName)',
  'status\\.(hostIPs?|podIPs?)',
];
const source = z.union([
  z.strictObject({ secretKeyRef: key() }),
  z.strictObject({ configMapKeyRef: key() }),
  z.strictObject({ fieldRef: fieldRef(new RegExp(`^(${PATHS.join('|')})$`)) }),
  z.strictObject({ resourceFieldRef: resourceFieldRef({ containerName: label().optional() }) }),
]);

/** Environment variables, each with a value or a place to read one from. */
export const env = () =>
  z
    .array(
      z.union([
        z.strictObject({ name: name(), value: z.string().optional() }),
        z.strictObject({ name: name(), valueFrom: source }),
      ]),
    )
    .default([]) as unknown as z.ZodDefault<z.ZodType<k8s.EnvVar[]>>;

const all = () => z.strictObject({ name: objectName(), optional: z.boolean().optional() });
const prefix = name().optional();

/** ConfigMaps and Secrets, each key of which is a variable. */
export const envFrom = () =>
  z
    .array(z.union([z.strictObject({ prefix, configMapRef: all() }), z.strictObject({ prefix, secretRef: all() })]))
    .default([]) as unknown as z.ZodDefault<z.ZodType<k8s.EnvFromSource[]>>;

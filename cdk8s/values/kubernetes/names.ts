import { z } from 'zod';

/*
 * Names, labels, annotations and quantities, as the API server takes them. What passes here is not refused half-way through
 * an installation.
 */

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
/** The last part of a name of a label, and a value of one. */
const QUALIFIED = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
/** A name of a label or an annotation, as a pattern. */
export const QUALIFIED_NAME = `(${SUBDOMAIN}/)?${QUALIFIED}`;

/** A name in one part, such as that of a container or a volume. */
export const label = () => z.string().regex(new RegExp(`^${LABEL}$`));

/** The name of a Kubernetes object. */
export const objectName = () =>
  z
    .string()
    .max(253)
    .regex(new RegExp(`^${SUBDOMAIN}$`));

/** The name of a Kubernetes object, or nothing. */
export const optionalName = () =>
  z
    .string()
    .max(253)
    .regex(new RegExp(`^(${SUBDOMAIN})?$`));

/** A key of a ConfigMap or a Secret. */
export const dataKey = () =>
  z
    .string()
    .max(253)
    .regex(/^\.?[-_a-zA-Z0-9][-._a-zA-Z0-9]*$/);

/** The name of a port: at most 15 characters, one letter among them. */
export const portName = () =>
  z
    .string()
    .max(15)
    .regex(/^([a-z0-9]+-)*[a-z0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*$/);

/** The name of a label or an annotation, such as `example.com/team`. */
export const qualifiedName = () =>
  z
    .string()
    .max(317)
    .regex(new RegExp(`^${QUALIFIED_NAME}$`));

/** The name of a device as a resource, such as `example.com/gpu`. */
export const deviceName = () =>
  z
    .string()
    .max(317)
    .regex(new RegExp(`^${SUBDOMAIN}/${QUALIFIED}$`));

/** The value of a label. */
export const labelValue = () => z.string().regex(new RegExp(`^(${QUALIFIED})?$`));

/** Labels: both sides are limited. */
export const labels = () => z.record(qualifiedName(), labelValue()).default({});

/** Annotations: any text for each name. */
export const annotations = () => z.record(qualifiedName(), z.string()).default({});

/** A selector of labels. */
export const labelSelector = () =>
  z.strictObject({
    matchLabels: z.record(qualifiedName(), labelValue()).optional(),
    matchExpressions: z
      .array(
        z.union([
          z.strictObject({
            key: qualifiedName(),
            operator: z.enum(['In', 'NotIn']),
            values: z.array(labelValue()).min(1),
          }),
          z.strictObject({ key: qualifiedName(), operator: z.enum(['Exists', 'DoesNotExist']) }),
        ]),
      )
      .optional(),
  });

/** `*.example.com`, `example.com`, or nothing for every host. The last part has a letter: an address is no host. */
export const host = () =>
  z
    .string()
    .max(253)
    .regex(new RegExp(`^((\\*\\.)?(${LABEL}\\.)*([0-9][-0-9]{0,31})?[a-z]([-a-z0-9]{0,30}[a-z0-9])?)?$`));

const DIGITS = '([0-9]+(\\.[0-9]*)?|\\.[0-9]+)';

/** More than nothing: a digit that is not 0 comes before the unit. */
const POSITIVE = '(0*[1-9][0-9]*(\\.[0-9]*)?|0*\\.0*[1-9][0-9]*)';
const UNITS = '(k|[MGTPE]|[KMGTPE]i|[eE][+]?(0?[0-9]|1[0-8]))?';

/** An amount of storage: `10Gi`, `1.5Gi`, `10G`, `1e9`, or a number of bytes. */
export const size = () => z.union([z.string().regex(new RegExp(`^${POSITIVE}${UNITS}$`)), z.int().min(1)]);

/** An amount of storage, or nothing. */
export const optionalSize = () => z.union([z.literal(''), size()]);

/** An amount of anything: `100m`, `1.5`, `64Mi`. */
export const quantity = () =>
  z.union([
    z.string().regex(new RegExp(`^${DIGITS}([numk]|[MGTPE]|[KMGTPE]i|[eE][-+]?[0-9]{1,2})?$`)),
    z.number().min(0),
  ]);

import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { fieldRef, resourceFieldRef } from './env.ts';
import { annotations, dataKey, label, labels, objectName, optionalName, size } from './names.ts';

/** A path below another one, without a step up. */
const below = z.string().regex(/^([^/.]|\.[^/.]|\.\.[^/])[^/]*(\/([^/.]|\.[^/.]|\.\.[^/])[^/]*)*$/);
const mode = z.int().min(0).max(0o777).optional();
const optional = z.boolean().optional();
const readOnly = z.boolean().optional();
const items = z.array(z.strictObject({ key: dataKey(), path: below, mode })).optional();
const fields = z.array(
  z.union([
    z.strictObject({ path: below, mode, fieldRef: fieldRef(/^metadata\.(name|namespace|uid|labels|annotations)$/) }),
    z.strictObject({ path: below, mode, resourceFieldRef: resourceFieldRef({ containerName: label() }) }),
  ]),
);

const projection = z.union([
  z.strictObject({ configMap: z.strictObject({ name: objectName(), items, optional }) }),
  z.strictObject({ secret: z.strictObject({ name: objectName(), items, optional }) }),
  z.strictObject({ downwardAPI: z.strictObject({ items: fields }) }),
  z.strictObject({
    serviceAccountToken: z.strictObject({
      path: below,
      audience: z.string().optional(),
      expirationSeconds: z.int().min(600).max(4_294_967_296).optional(),
    }),
  }),
]);

const claim = z.strictObject({
  metadata: z
    .strictObject({
      labels: labels().removeDefault().optional(),
      annotations: annotations().removeDefault().optional(),
    })
    .optional(),
  spec: z.strictObject({
    accessModes: z.array(z.enum(['ReadWriteOnce', 'ReadWriteMany', 'ReadOnlyMany'])).min(1),
    storageClassName: optionalName().optional(),
    resources: z.strictObject({ requests: z.strictObject({ storage: size() }) }),
  }),
});

const sources = {
  emptyDir: z.strictObject({ medium: z.enum(['', 'Memory', 'HugePages']).optional(), sizeLimit: size().optional() }),
  configMap: z.strictObject({ name: objectName(), defaultMode: mode, items, optional }),
  secret: z.strictObject({ secretName: objectName(), defaultMode: mode, items, optional }),
  persistentVolumeClaim: z.strictObject({ claimName: objectName(), readOnly }),
  projected: z.strictObject({ defaultMode: mode, sources: z.array(projection).min(1) }),
  downwardAPI: z.strictObject({ defaultMode: mode, items: fields }),
  ephemeral: z.strictObject({ volumeClaimTemplate: claim }),
  csi: z.strictObject({
    driver: objectName().max(63),
    fsType: z.string().optional(),
    nodePublishSecretRef: z.strictObject({ name: objectName() }).optional(),
    readOnly,
    volumeAttributes: z.record(z.string(), z.string()).optional(),
  }),
  hostPath: z.strictObject({
    path: z.string().regex(/^(\/|(\/([^/.]|\.[^/.]|\.\.[^/])[^/]*)+)$/),
    type: z
      .enum(['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'])
      .optional(),
  }),
  nfs: z.strictObject({ server: z.string().min(1), path: z.string().startsWith('/'), readOnly }),
};
const volume = z
  .strictObject({ name: label(), ...sources })
  .partial()
  .required({ name: true });

/** Volumes: a name, and one source. */
export const volumes = () =>
  z.array(volume.meta({ minProperties: 2, maxProperties: 2 })).default([]) as unknown as z.ZodDefault<
    z.ZodType<k8s.Volume[]>
  >;

/** Where a container sees volumes. */
export const volumeMounts = () =>
  z
    .array(
      z.strictObject({
        name: label(),
        mountPath: z.string().regex(/^[^:]+$/),
        mountPropagation: z.enum(['None', 'HostToContainer']).optional(),
        readOnly,
        subPath: below.optional(),
      }),
    )
    .default([]) as unknown as z.ZodDefault<z.ZodType<k8s.VolumeMount[]>>;

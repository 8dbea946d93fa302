import { z } from 'zod';

const id = z.int().min(0).max(2_147_483_647);
const profile = z.union([
  z.strictObject({ type: z.enum(['RuntimeDefault', 'Unconfined']) }),
  z.strictObject({
    type: z.literal('Localhost'),
    localhostProfile: z.string().regex(/^[A-Za-z0-9_][-A-Za-z0-9_.]*(\/[A-Za-z0-9_][-A-Za-z0-9_.]*)*$/),
  }),
]);
const seLinuxOptions = z
  .strictObject({
    user: z.string().optional(),
    role: z.string().optional(),
    type: z.string().optional(),
    level: z.string().optional(),
  })
  .optional();

/** What the pods may say of their security. LiteFS is root in its container, so there is no `runAsUser`. */
export const podSecurityContext = z.strictObject({
  fsGroup: id.optional(),
  fsGroupChangePolicy: z.enum(['Always', 'OnRootMismatch']).optional(),
  supplementalGroups: z.array(id).optional(),
  supplementalGroupsPolicy: z.enum(['Merge', 'Strict']).optional(),
  seccompProfile: profile.optional(),
  seLinuxOptions,
  seLinuxChangePolicy: z.enum(['MountOption', 'Recursive']).optional(),
  sysctls: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$/),
        value: z.string(),
      }),
    )
    .optional(),
});

const capabilities = z.array(z.string().regex(/^[A-Z][A-Z_]*$/)).optional();
const rights = {
  capabilities: z.strictObject({ add: capabilities, drop: capabilities }).optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  runAsUser: id.optional(),
  runAsGroup: id.optional(),
  runAsNonRoot: z.boolean().optional(),
  seLinuxOptions,
  seccompProfile: profile.optional(),
  appArmorProfile: profile.optional(),
};

/** What a container beside the chart's own may do. A privileged one can do anything, so nothing can be kept from it. */
export const securityContext = z.union([
  z.strictObject({
    ...rights,
    privileged: z.literal(false).optional(),
    allowPrivilegeEscalation: z.boolean().optional(),
  }),
  z.strictObject({ ...rights, privileged: z.literal(true), allowPrivilegeEscalation: z.literal(true).optional() }),
]);

import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { env, envFrom } from './env.ts';
import { lifecycle, probes } from './handlers.ts';
import { label, portName } from './names.ts';
import { limited, requested } from './resources.ts';
import { securityContext } from './security.ts';
import { volumeMounts } from './volumes.ts';

const strings = z.array(z.string()).optional();
const port = z.strictObject({
  name: portName().optional(),
  containerPort: z.int().min(1).max(65_535),
  protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
});

/** Containers beside the chart's own. */
export const containers = () =>
  z
    .array(
      z.strictObject({
        name: label(),
        image: z.string().regex(/^\S+$/),
        imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
        command: strings,
        args: strings,
        workingDir: z.string().optional(),
        env: env().removeDefault().optional(),
        envFrom: envFrom().removeDefault().optional(),
        ports: z.array(port).optional(),
        resources: z.strictObject({ requests: requested().optional(), limits: limited().optional() }).optional(),
        volumeMounts: volumeMounts().removeDefault().optional(),
        ...probes,
        lifecycle: lifecycle.optional(),
        securityContext: securityContext.optional(),
        terminationMessagePath: z.string().optional(),
        terminationMessagePolicy: z.enum(['File', 'FallbackToLogsOnError']).optional(),
        stdin: z.boolean().optional(),
        stdinOnce: z.boolean().optional(),
        tty: z.boolean().optional(),
      }),
    )
    .default([]) as unknown as z.ZodDefault<z.ZodType<k8s.Container[]>>;

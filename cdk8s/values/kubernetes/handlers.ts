import { z } from 'zod';
import { portName } from './names.ts';

const seconds = z.int().min(1).max(1_000_000_000);
const number = z.int().min(1).max(65_535);

const port = z.union([number, portName()]);
const exec = z.strictObject({ command: z.array(z.string()).min(1) });
const httpGet = z.strictObject({
  path: z.string().optional(),
  port,
  host: z.string().optional(),
  scheme: z.enum(['HTTP', 'HTTPS']).optional(),
  httpHeaders: z.array(z.strictObject({ name: z.string().regex(/^[-A-Za-z0-9]+$/), value: z.string() })).optional(),
});
const tcpSocket = z.strictObject({ port, host: z.string().optional() });
const grpc = z.strictObject({ port: number, service: z.string().optional() });

const often = {
  initialDelaySeconds: z.int().min(0).max(1_000_000_000).optional(),
  periodSeconds: seconds.optional(),
  timeoutSeconds: seconds.optional(),
  failureThreshold: seconds.optional(),
};
const probeWith = <More extends z.ZodRawShape>(more: More) =>
  z.union([
    z.strictObject({ ...often, ...more, exec }),
    z.strictObject({ ...often, ...more, httpGet }),
    z.strictObject({ ...often, ...more, tcpSocket }),
    z.strictObject({ ...often, ...more, grpc }),
  ]);

/** A probe that ends the container: one success is enough for it. */
const deadly = probeWith({
  successThreshold: z.literal(1).optional(),
  terminationGracePeriodSeconds: seconds.optional(),
});

/** Questions to a container. */
export const probes = {
  startupProbe: deadly.optional(),
  livenessProbe: deadly.optional(),
  readinessProbe: probeWith({ successThreshold: seconds.optional() }).optional(),
};

const hook = z.union([
  z.strictObject({ exec }),
  z.strictObject({ httpGet }),
  z.strictObject({ sleep: z.strictObject({ seconds }) }),
]);

/** What happens after the start of a container, and before its end. */
export const lifecycle = z.strictObject({ postStart: hook.optional(), preStop: hook.optional() });

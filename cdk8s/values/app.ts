import { z } from 'zod';
import { imageValues } from './image.ts';
import { containers } from './kubernetes/containers.ts';
import { env, envFrom } from './kubernetes/env.ts';
import { volumeMounts, volumes } from './kubernetes/volumes.ts';
import { yourApplication } from './your-application.ts';

export const image = imageValues('ghcr.io/liteset/invoices', 'Liteset, with the invoice service');

/** The application, yours or the invoice service, and the requests to it. */
export const app = z.strictObject({
  ...yourApplication,
  primaryWaitMs: z
    .union([z.literal(''), z.int().min(0).max(600_000)])
    .default('')
    .describe(
      'How long a request waits for a primary, in milliseconds. Then the answer is 503. If empty: 30000 for your ' +
        'application, which has to start first, and 10000 for the invoice service.',
    ),
  waitingRequests: z
    .int()
    .min(0)
    .max(100_000)
    .default(1_000)
    .describe(
      'How many writes may wait for a primary at a time, in each pod. More writes are answered with 503 at once.',
    ),
  waitingMebibytes: z
    .int()
    .min(1)
    .max(1_024)
    .default(64)
    .describe('How many MiB the bodies of writes that wait for a primary may have, in each pod.'),
  readWaitMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(1_000)
    .describe(
      'How long a read waits on a replica for the last write of its client, in milliseconds. Then the primary answers.',
    ),
  keepAliveSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(3_660)
    .describe(
      'How long an idle connection stays open, in seconds. It must be longer than the proxy in front keeps it, or a request now and then meets a closed connection (502). Enough for each of these: nginx and ALB keep 60 s, Traefik 90 s, GKE 600 s, Envoy Gateway, Istio and Cilium 3600 s. Set it higher for a proxy that keeps connections longer.',
    ),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('The least important messages that the application and the sidecar of the lease log.'),
  trustProxy: z
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('How many proxies in front of the pods are trusted to say who the client is (`X-Forwarded-For`).'),
});

/** More of everything in the container and beside it. */
export const extras = {
  extraEnv: env()
    .describe('More environment variables of the application. Those that the chart sets are refused.')
    .meta({ examples: [[{ name: 'TZ', value: 'Europe/Berlin' }]] }),
  extraEnvFrom: envFrom()
    .describe('ConfigMaps and Secrets whose keys become environment variables of the application.')
    .meta({ examples: [[{ configMapRef: { name: 'settings' } }]] }),
  extraVolumes: volumes()
    .describe('More volumes of the pods.')
    .meta({ examples: [[{ name: 'scratch', emptyDir: { sizeLimit: '1Gi' } }]] }),
  extraVolumeMounts: volumeMounts()
    .describe('Where the application sees the volumes of `extraVolumes`.')
    .meta({ examples: [[{ name: 'scratch', mountPath: '/scratch' }]] }),
  extraContainers: containers()
    .describe('More containers beside the application.')
    .meta({ examples: [[{ name: 'helper', image: 'busybox:1.37', command: ['sleep', 'infinity'] }]] }),
};

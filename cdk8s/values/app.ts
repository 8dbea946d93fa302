import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { imageValues } from './image.ts';
import { list } from './types.ts';

export const image = imageValues('ghcr.io/liteset/invoices', 'the application, with LiteFS inside');

/** What the application reads from its environment. */
export const app = z.strictObject({
  primaryWaitMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe('How long a write waits for a primary, in milliseconds, before it is answered with 503.'),
  waitingRequests: z
    .int()
    .min(0)
    .max(100_000)
    .default(1_000)
    .describe('How many writes may wait for a primary at a time, in each pod. More are answered with 503 at once.'),
  waitingMebibytes: z
    .int()
    .min(1)
    .max(1_024)
    .default(64)
    .describe('How many MiB of their bodies a pod may hold meanwhile.'),
  readWaitMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(1_000)
    .describe(
      'How long a read waits on a replica for the write of its client, in milliseconds, before the primary answers it.',
    ),
  readCacheMebibytes: z
    .int()
    .min(0)
    .max(1_024)
    .default(32)
    .describe(
      'How many MiB of answers each pod keeps in its memory until the next transaction, so that they cost no read. 0: none.',
    ),
  sampleInvoices: z
    .int()
    .min(0)
    .max(100_000)
    .default(412)
    .describe('Fills a new, empty database with that many generated invoices. 0 leaves it empty.'),
  bodyLimit: z
    .string()
    .regex(/^[1-9][0-9]*(b|kb|mb)$/)
    .default('100kb')
    .describe('The largest request body that is accepted.'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('What the application logs.'),
  trustProxy: z
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('How many proxies in front of the pods are trusted to say who the client is (X-Forwarded-For).'),
});

/** More of everything in the container and beside it. */
export const extras = {
  extraEnv: list<k8s.EnvVar>().describe('More environment variables of the application. Not one that the chart sets.'),
  extraEnvFrom: list<k8s.EnvFromSource>().describe('ConfigMaps and Secrets whose keys become environment variables.'),
  extraVolumes: list<k8s.Volume>().describe('More volumes of the pods.'),
  extraVolumeMounts: list<k8s.VolumeMount>().describe('Where the application sees them.'),
  extraContainers: list<k8s.Container>().describe('More containers beside the application.'),
};

import { z } from 'zod';
import { labels } from './kubernetes/names.ts';

/** What the Prometheus Operator scrapes. Values of further kinds of it, such as a PrometheusRule, belong into this file. */
export const podMonitor = z.strictObject({
  enabled: z.boolean().default(false).describe('Make a PodMonitor, by which the Prometheus Operator scrapes the pods.'),
  interval: z
    .string()
    .regex(/^[1-9][0-9]*(s|m)$/)
    .default('30s')
    .describe('Time between two scrapes of a pod.'),
  labels: labels()
    .describe('Labels by which your Prometheus finds the PodMonitor.')
    .meta({ examples: [{ release: 'prometheus' }] }),
});

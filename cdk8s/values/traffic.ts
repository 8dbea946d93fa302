import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { strings } from './types.ts';

/** `*.example.com`, `example.com`, or nothing for every host. */
const host = () => z.string().regex(/^((\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/);
const annotations = (of: string) => strings().describe(`Annotations of the ${of}.`);

export const service = z.strictObject({
  type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']).default('ClusterIP').describe('Type of the Service.'),
  port: z.int().min(1).max(65535).default(80).describe('Port of the Service.'),
  annotations: annotations('Service'),
});

export const ingress = z.strictObject({
  enabled: z.boolean().default(false).describe('Lead HTTP from outside the cluster to the pods by an Ingress.'),
  className: z.string().default('').describe('Class of the Ingress. The default class of the cluster if empty.'),
  annotations: annotations('Ingress'),
  hosts: z
    .array(
      z.strictObject({
        host: host().default(''),
        paths: z
          .array(
            z.strictObject({
              path: z.string().startsWith('/').default('/'),
              pathType: z.enum(['Prefix', 'Exact', 'ImplementationSpecific']).default('Prefix'),
            }),
          )
          .min(1),
      }),
    )
    .min(1)
    .default([{ host: 'liteset.local', paths: [{ path: '/', pathType: 'Prefix' }] }])
    .describe('Hosts and paths that lead to the application. An empty host is every host.'),
  tls: (
    z.array(z.strictObject({ secretName: z.string().optional(), hosts: z.array(host()).min(1) })) as z.ZodType<
      k8s.IngressTls[]
    >
  )
    .default([])
    .describe('Certificates: the Secrets and the hosts they are for.'),
});

export interface ParentReference {
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
}
export type RouteMatch = Readonly<Record<string, unknown>>;
const unknowns = () => z.array(z.record(z.string(), z.unknown()));

export const httpRoute = z.strictObject({
  enabled: z.boolean().default(false).describe('Lead HTTP to the pods by an HTTPRoute of the Gateway API.'),
  annotations: annotations('HTTPRoute'),
  parentRefs: (unknowns() as unknown as z.ZodType<ParentReference[]>)
    .default([{ name: 'gateway', sectionName: 'http' }])
    .describe('Gateways that the route belongs to.'),
  hostnames: z.array(host().min(1)).default([]).describe('Hosts that the route is for. All hosts if empty.'),
  rules: z
    .array(z.strictObject({ matches: unknowns().optional(), filters: unknowns().optional() }))
    .min(1)
    .default([{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }])
    .describe('What of the traffic leads to the application, and what happens to it on the way.'),
});

export const networkPolicy = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      "Keep LiteFS's port, which asks nobody for a password, to the pods of the release. Egress is left alone.",
    ),
  extraIngress: unknowns().default([]).describe('More ingress rules of the NetworkPolicy.'),
});

export const podMonitor = z.strictObject({
  enabled: z.boolean().default(false).describe('Have the Prometheus Operator scrape the pods.'),
  interval: z
    .string()
    .regex(/^[1-9][0-9]*(s|m)$/)
    .default('30s')
    .describe('How often.'),
  labels: strings().describe('Labels by which your Prometheus finds the PodMonitor.'),
});

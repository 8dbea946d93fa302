import type { k8s } from 'cdk8s-plus-27';
import { z } from 'zod';
import { annotations as annotationsOf, host, optionalName } from './kubernetes/names.ts';
import { unknowns } from './types.ts';

const annotations = (of: string, more = '') => annotationsOf().describe(`Annotations of the ${of}.${more}`);

export const ingress = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Make an Ingress, which brings HTTP from outside the cluster to the pods.'),
  className: optionalName()
    .default('')
    .describe('Class of the Ingress. The default class of the cluster if empty.')
    .meta({ examples: ['traefik'] }),
  annotations: annotations(
    'Ingress',
    ' What a proxy adds to answers is set here or at the proxy: for example compression, which the application leaves to it.',
  ),
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
    .describe(
      'Hosts and paths that lead to the application. An empty host stands for every host. The pages of the application ' +
        'link to paths from `/` on, so they need a host of their own: another path leads to that path of the application.',
    ),
  tls: (
    z.array(
      z.strictObject({ secretName: optionalName().optional(), hosts: z.array(host().min(1)).min(1) }),
    ) as z.ZodType<k8s.IngressTls[]>
  )
    .default([])
    .describe('Secrets with certificates, and the hosts that they are for.')
    .meta({ examples: [[{ secretName: 'invoices-tls', hosts: ['invoices.example.com'] }]] }),
});

export interface ParentReference {
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
}
export type RouteMatch = Readonly<Record<string, unknown>>;

export const httpRoute = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Make an HTTPRoute of the Gateway API, which brings HTTP from a Gateway to the pods.'),
  annotations: annotations('HTTPRoute'),
  parentRefs: (unknowns() as unknown as z.ZodType<ParentReference[]>)
    .default([{ name: 'gateway', sectionName: 'http' }])
    .describe('Gateways that the HTTPRoute belongs to.'),
  hostnames: z
    .array(host().min(1))
    .default([])
    .describe('Hosts that the HTTPRoute is for. All hosts if empty.')
    .meta({ examples: [['invoices.example.com']] }),
  rules: z
    .array(z.strictObject({ matches: unknowns().optional(), filters: unknowns().optional() }))
    .min(1)
    .default([{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }])
    .describe('Requests that lead to the application (`matches`), and what changes in them on the way (`filters`).'),
});

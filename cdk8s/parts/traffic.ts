import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { each, optional } from '../helm/blocks.ts';
import { Manifest } from '../helm/manifest.ts';
import { labels, name, v } from '../names.ts';
import { HttpRoute } from './gateway-api.ts';

/** HTTP from outside the cluster, by the older of the two ways. */
export function ingress(scope: Construct): void {
  const backend = { service: { name: `${name}`, port: { name: 'http' } } };
  new Manifest(scope, 'ingress', k8s.KubeIngress, {
    when: v.ingress.enabled,
    about: 'HTTP from outside the cluster, by the older of the two ways.',
    metadata: { name: `${name}`, labels, ...optional('annotations', v.ingress.annotations) },
    spec: {
      ...optional('ingressClassName', v.ingress.className),
      ...optional('tls', v.ingress.tls),
      rules: each(v.ingress.hosts, ({ host, paths }) => [
        {
          ...optional('host', host),
          http: { paths: each(paths, ({ path, pathType }) => [{ path, pathType, backend }]) },
        },
      ]),
    },
  });
}

/** HTTP from outside the cluster, by a Gateway. */
export function httpRoute(scope: Construct): void {
  new Manifest(scope, 'httproute', HttpRoute, {
    when: v.httpRoute.enabled,
    about: 'HTTP from outside the cluster, by a Gateway.',
    metadata: { name: `${name}`, labels, ...optional('annotations', v.httpRoute.annotations) },
    spec: {
      parentRefs: v.httpRoute.parentRefs,
      ...optional('hostnames', v.httpRoute.hostnames),
      rules: each(v.httpRoute.rules, ({ matches, filters }) => [
        {
          ...optional('matches', matches),
          ...optional('filters', filters),
          backendRefs: [{ name: `${name}`, port: v.service.port }],
        },
      ]),
    },
  });
}

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { includeMap, optional } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { headlessName, labels, name, ports, selectorLabels, v } from '../names.ts';
import { labelsRoles } from './lease-access.ts';

/** How the pods find each other. Not ready pods too: a replica is not ready before it has found the primary. */
export function headlessService(scope: Construct): void {
  new Manifest(scope, 'service-headless', k8s.KubeService, {
    metadata: { name: headlessName, labels },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: selectorLabels,
      ports: [
        { name: 'http', port: ports.http, targetPort: 'http' },
        { name: 'litefs', port: ports.litefs, targetPort: 'litefs' },
        { name: 'cluster', port: ports.cluster, targetPort: 'cluster' },
      ],
    },
  });
}

/** How everybody else finds the pods. It leads to the application only, never to LiteFS. */
export function service(scope: Construct): void {
  new Manifest(scope, 'service', k8s.KubeService, {
    metadata: { name: `${name}`, labels, ...optional('annotations', v.service.annotations) },
    spec: {
      type: v.service.type,
      selector: selectorLabels,
      ports: [{ name: 'http', port: v.service.port, targetPort: 'http' }],
    },
  });
}

/** Leads to the primary only, for clients that do nothing but write. The pods label themselves. */
export function primaryService(scope: Construct): void {
  new Manifest(scope, 'service-primary', k8s.KubeService, {
    when: labelsRoles,
    metadata: { name: `${name}-primary`, labels },
    spec: {
      selector: includeMap('liteset.primaryLabels'),
      ports: [{ name: 'http', port: v.service.port, targetPort: 'http' }],
    },
  });
}

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { comment, fieldsOf, optional, when } from '../helm/blocks.ts';
import { Manifest } from '../helm/manifest.ts';
import { headlessName, labels, name, ports, selectorLabels, v } from '../names.ts';
import { labelsRoles } from './lease-access.ts';
import { httpPort } from './your-application/condition.ts';

/** Of which families the addresses are. */
const families = {
  ...optional('ipFamilyPolicy', v.service.ipFamilyPolicy),
  ...optional('ipFamilies', v.service.ipFamilies),
};

/** How the pods find each other. */
export function headlessService(scope: Construct): void {
  new Manifest(scope, 'service-headless', k8s.KubeService, {
    about: 'How the pods find each other: each has a name in DNS.',
    metadata: { name: `${headlessName}`, labels },
    spec: {
      clusterIP: 'None',
      ...families,
      ...comment('A replica is not ready before it has found the primary.'),
      publishNotReadyAddresses: true,
      selector: selectorLabels,
      ports: [
        { name: 'http', port: httpPort, targetPort: 'http' },
        { name: 'litefs', port: ports.litefs, targetPort: 'litefs' },
        { name: 'cluster', port: ports.cluster, targetPort: 'cluster' },
      ],
    },
  });
}

/** How everybody else finds the pods. */
export function service(scope: Construct): void {
  new Manifest(scope, 'service', k8s.KubeService, {
    about: 'How everybody else finds the pods. It leads to the application only, never to LiteFS.',
    metadata: { name: `${name}`, labels, ...optional('annotations', v.service.annotations) },
    spec: {
      type: v.service.type,
      ...families,
      ...optional('loadBalancerClass', v.service.loadBalancerClass),
      ...optional('loadBalancerSourceRanges', v.service.loadBalancerSourceRanges),
      ...optional('externalTrafficPolicy', v.service.externalTrafficPolicy),
      ...optional('internalTrafficPolicy', v.service.internalTrafficPolicy),
      ...optional('sessionAffinity', v.service.sessionAffinity),
      selector: selectorLabels,
      ports: [
        {
          name: 'http',
          port: v.service.port,
          targetPort: 'http',
          ...when(v.service.nodePort, { nodePort: v.service.nodePort }),
        },
      ],
    },
  });
}

/** Leads to the primary only. */
export function primaryService(scope: Construct): void {
  new Manifest(scope, 'service-primary', k8s.KubeService, {
    when: labelsRoles,
    about: 'Leads to the primary only, for clients that do nothing but write.',
    metadata: { name: `${name}-primary`, labels },
    spec: {
      ...families,
      ...comment('The last label is set by the pods themselves: app/lease/kubernetes/role-label.ts.'),
      selector: { ...fieldsOf(selectorLabels), 'liteset.dev/role': 'primary' },
      ports: [{ name: 'http', port: v.service.port, targetPort: 'http' }],
    },
  });
}

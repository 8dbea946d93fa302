import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { comment, itemComment, itemsOf, optional, when, whenItems } from '../helm/blocks.ts';
import type { Expr } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { labels, name, ports, selectorLabels, serviceAccountName, v } from '../names.ts';
import { byKubernetes } from './lease-access.ts';
import { httpPort, statusPort } from './your-application/condition.ts';

/** An identity of the pods' own. */
export function serviceAccount(scope: Construct): void {
  new Manifest(scope, 'serviceaccount', k8s.KubeServiceAccount, {
    when: v.serviceAccount.create,
    about: 'The containers that ask the API server mount a token themselves; the others have none.',
    metadata: { name: `${serviceAccountName}`, labels, ...optional('annotations', v.serviceAccount.annotations) },
    automountServiceAccountToken: false,
  });
}

/** Whether a value is there that may be 0. */
const given = ({ pipeline }: Expr) => ({ pipeline: `ne (toString ${pipeline}) ""` });

/** Keeps a drain of nodes from taking the cluster down. */
export function podDisruptionBudget(scope: Construct): void {
  new Manifest(scope, 'poddisruptionbudget', k8s.KubePodDisruptionBudget, {
    when: v.podDisruptionBudget.enabled,
    metadata: { name: `${name}`, labels },
    spec: {
      ...when(
        given(v.podDisruptionBudget.minAvailable),
        { minAvailable: v.podDisruptionBudget.minAvailable },
        { maxUnavailable: v.podDisruptionBudget.maxUnavailable },
      ),
      ...comment('A pod that is not ready protects nothing, and must not keep a node from being drained.'),
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selectorLabels },
    },
  });
}

/** Keeps LiteFS's port to the pods of the release. */
export function networkPolicy(scope: Construct): void {
  new Manifest(scope, 'networkpolicy', k8s.KubeNetworkPolicy, {
    when: v.networkPolicy.enabled,
    about: "LiteFS's port gives and takes whole databases, and asks nobody for a password.",
    metadata: { name: `${name}`, labels },
    spec: {
      podSelector: { matchLabels: selectorLabels },
      policyTypes: ['Ingress'],
      ingress: [
        ...itemComment('For everybody: the application and the metrics.'),
        {
          ports: [
            { port: httpPort },
            { port: statusPort },
            ...whenItems(v.backup.enabled, [{ port: ports.backup }]),
            ...whenItems(byKubernetes, [{ port: ports.lease }]),
          ],
        },
        ...itemComment('For the pods themselves: LiteFS, and their middlewares.'),
        {
          from: [{ podSelector: { matchLabels: selectorLabels } }],
          ports: [{ port: ports.litefs }, { port: ports.cluster }],
        },
        ...itemsOf(v.networkPolicy.extraIngress),
      ],
    },
  });
}

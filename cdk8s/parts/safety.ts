import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { itemsOf, optional, whenItems } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { labels, name, ports, selectorLabels, serviceAccountName, v } from '../names.ts';

/** An identity of the pods' own, with nothing that it may do. */
export function serviceAccount(scope: Construct): void {
  new Manifest(scope, 'serviceaccount', k8s.KubeServiceAccount, {
    when: v.serviceAccount.create,
    metadata: { name: `${serviceAccountName}`, labels, ...optional('annotations', v.serviceAccount.annotations) },
    automountServiceAccountToken: false,
  });
}

/** Keeps a drain of nodes from taking the cluster down. */
export function podDisruptionBudget(scope: Construct): void {
  new Manifest(scope, 'poddisruptionbudget', k8s.KubePodDisruptionBudget, {
    when: v.podDisruptionBudget.enabled,
    metadata: { name: `${name}`, labels },
    spec: {
      maxUnavailable: v.podDisruptionBudget.maxUnavailable,
      // A pod that is not ready protects nothing, and must not keep a node from being drained.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selectorLabels },
    },
  });
}

/** LiteFS's port hands out and takes in whole databases without asking who it is. */
export function networkPolicy(scope: Construct): void {
  new Manifest(scope, 'networkpolicy', k8s.KubeNetworkPolicy, {
    when: v.networkPolicy.enabled,
    metadata: { name: `${name}`, labels },
    spec: {
      podSelector: { matchLabels: selectorLabels },
      policyTypes: ['Ingress'],
      ingress: [
        { ports: [{ port: ports.http }, ...whenItems(v.backup.enabled, [{ port: ports.backup }])] },
        { from: [{ podSelector: { matchLabels: selectorLabels } }], ports: [{ port: ports.litefs }] },
        ...itemsOf(v.networkPolicy.extraIngress),
      ],
    },
  });
}

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { checksum, eq, fieldsOf, includeMap, itemsOf, not, optional, or, when, whenItems } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { headlessName, labels, name, selectorLabels, serviceAccountName, v } from '../names.ts';
import { backupContainers, backupVolumes } from './backup.ts';
import { container } from './container.ts';

const volumes = [
  { name: 'config', configMap: { name: `${name}` } },
  { name: 'tmp', emptyDir: {} },
  ...whenItems(not(v.persistence.enabled), [{ name: 'data', emptyDir: {} }]),
  ...whenItems(v.lease.consul.existingSecret.name, [
    {
      name: 'consul-token',
      secret: {
        secretName: v.lease.consul.existingSecret.name,
        defaultMode: 0o400,
        items: [{ key: v.lease.consul.existingSecret.key, path: 'token' }],
      },
    },
  ]),
  ...backupVolumes,
  ...itemsOf(v.extraVolumes),
];

/** Spread as well as possible over the nodes, since a node that fails should not take two copies with it. */
const spread = [
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorLabels },
  },
];

/** The pods, which all start at once: a replica does not become ready before the primary is there. */
export function statefulSet(scope: Construct): void {
  new Manifest(scope, 'statefulset', k8s.KubeStatefulSet, {
    metadata: { name: `${name}`, labels },
    spec: {
      replicas: v.replicaCount,
      serviceName: headlessName,
      podManagementPolicy: 'Parallel',
      ...optional('updateStrategy', v.updateStrategy),
      selector: { matchLabels: selectorLabels },
      template: {
        metadata: {
          annotations: { 'checksum/config': checksum('configmap.yaml'), ...fieldsOf(v.podAnnotations) },
          labels: includeMap('liteset.podLabels'),
        },
        spec: {
          serviceAccountName,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...optional('imagePullSecrets', v.imagePullSecrets),
          ...when(eq(v.fuse.mode, 'device'), { hostUsers: false }),
          ...optional('securityContext', v.podSecurityContext),
          terminationGracePeriodSeconds: v.terminationGracePeriodSeconds,
          ...when(or(v.backup.enabled, v.restore.enabled), { initContainers: backupContainers }),
          containers: [container, ...itemsOf(v.extraContainers)],
          volumes,
          ...optional('nodeSelector', v.nodeSelector),
          ...optional('tolerations', v.tolerations),
          ...optional('affinity', v.affinity),
          ...optional('topologySpreadConstraints', v.topologySpreadConstraints),
          ...when(not(v.topologySpreadConstraints), { topologySpreadConstraints: spread }),
          ...optional('priorityClassName', v.priorityClassName),
        },
      },
      ...when(v.persistence.enabled, {
        persistentVolumeClaimRetentionPolicy: {
          whenDeleted: v.persistence.retentionPolicy.whenDeleted,
          whenScaled: v.persistence.retentionPolicy.whenScaled,
        },
        volumeClaimTemplates: [
          {
            // Only labels that never change: Kubernetes refuses every later change of a claim template.
            metadata: {
              name: 'data',
              labels: selectorLabels,
              ...optional('annotations', v.persistence.annotations),
            },
            spec: {
              accessModes: v.persistence.accessModes,
              ...optional('storageClassName', v.persistence.storageClass),
              resources: { requests: { storage: v.persistence.size } },
            },
          },
        ],
      }),
    },
  });
}

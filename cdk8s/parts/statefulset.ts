import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { comment, itemComment, itemsOf, optional, when, whenItems } from '../helm/blocks.ts';
import { eq, named, not, or } from '../helm/condition.ts';
import { includeMap, quantityOf } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { headlessName, labels, labelsWith, name, selectorLabels, serviceAccountName, v } from '../names.ts';
import { podsUseApi } from './api-access.ts';
import { apiToken } from './api-token.ts';
import { backupContainers, backupVolumes } from './backup/containers.ts';
import { container } from './container.ts';
import { leaseContainer } from './lease.ts';
import { byKubernetes } from './lease-access.ts';
import { yours } from './your-application/condition.ts';
import { application, install, proxy, sharedVolumes } from './your-application/containers.ts';

const volumes = [
  { name: 'config', configMap: { name: `${name}` } },
  { name: 'tmp', emptyDir: {} },
  ...itemComment(
    'Transactions of a former primary that the cluster goes on without: for you to look at while the pod lives.',
  ),
  { name: 'discarded', emptyDir: {} },
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
  ...whenItems(podsUseApi, apiToken.volume),
  ...backupVolumes,
  ...whenItems(yours, sharedVolumes),
  ...itemsOf(v.extraVolumes),
];

const hasInitContainers = named(
  'hasInitContainers',
  'Whether something runs before LiteFS, or beside it.',
  or(byKubernetes, v.backup.enabled, v.restore.enabled, yours),
);

/** Over the nodes, as well as possible. */
const spread = [
  ...itemComment('A node that fails should not take two copies with it.'),
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorLabels },
  },
];

/** The pods. */
export function statefulSet(scope: Construct): void {
  new Manifest(scope, 'statefulset', k8s.KubeStatefulSet, {
    metadata: { name: `${name}`, labels },
    spec: {
      replicas: v.replicaCount,
      serviceName: headlessName,
      ...comment('All pods start at once: a replica does not become ready before the primary is there.'),
      podManagementPolicy: 'Parallel',
      ...optional('updateStrategy', v.updateStrategy),
      selector: { matchLabels: selectorLabels },
      template: {
        metadata: {
          ...comment("A change of LiteFS's configuration restarts the pods: its checksum is among these."),
          annotations: includeMap('liteset.podAnnotations'),
          labels: labelsWith(v.podLabels),
        },
        spec: {
          serviceAccountName,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...optional('imagePullSecrets', v.imagePullSecrets),
          ...when(eq(v.fuse.mode, 'device'), { hostUsers: false }),
          ...optional('securityContext', v.podSecurityContext),
          terminationGracePeriodSeconds: v.terminationGracePeriodSeconds,
          ...when(hasInitContainers, {
            initContainers: [
              ...whenItems(yours, [...itemComment('Brings LiteFS to your application.'), install]),
              ...whenItems(byKubernetes, [
                ...itemComment('Stands for Consul towards LiteFS. It starts before LiteFS and ends after it.'),
                leaseContainer,
              ]),
              ...backupContainers,
              ...whenItems(yours, [...itemComment('Takes the requests to your application.'), proxy]),
            ],
          }),
          containers: [...whenItems(yours, [application], [container]), ...itemsOf(v.extraContainers)],
          volumes,
          ...optional('nodeSelector', v.nodeSelector),
          ...optional('tolerations', v.tolerations),
          ...optional('affinity', v.affinity),
          ...optional('topologySpreadConstraints', v.topologySpreadConstraints, spread),
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
            ...comment('What Kubernetes fills in stands here, too: who compares the two finds no difference.'),
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: {
              name: 'data',
              ...comment('Only labels that never change: Kubernetes refuses every later change of a claim template.'),
              labels: selectorLabels,
              ...optional('annotations', v.persistence.annotations),
            },
            spec: {
              accessModes: v.persistence.accessModes,
              ...optional('storageClassName', v.persistence.storageClass),
              resources: { requests: { storage: quantityOf(v.persistence.size) } },
              volumeMode: 'Filesystem',
            },
            status: { phase: 'Pending' },
          },
        ],
      }),
    },
  });
}

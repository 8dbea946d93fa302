import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { whenItems } from '../helm/blocks.ts';
import { named, or } from '../helm/condition.ts';
import { release } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { labels, name, serviceAccountName } from '../names.ts';
import type { ApiAccess } from './access.ts';
import { streamAccess, verifyAccess } from './backup/access.ts';
import { labelAccess, leaseAccess } from './lease-access.ts';

/** All who ask the API server. Whoever is added here mounts `apiToken` into the container, and its volume if `when` holds. */
const accesses: readonly ApiAccess[] = [streamAccess, verifyAccess, leaseAccess, labelAccess];

const anyone = named(
  'usesApi',
  'Whether any container of the release asks the API server.',
  or(...accesses.map((access) => access.when)),
);

/** Whether one does in the pods of the StatefulSet, which hold the database. */
export const podsUseApi = named(
  'podsUseApi',
  'Whether a container of the pods with the database asks the API server.',
  or(streamAccess.when, leaseAccess.when),
);

/** What the containers may do together, in the namespace of the release: they have one ServiceAccount. */
export function apiAccess(scope: Construct): void {
  new Manifest(scope, 'role', k8s.KubeRole, {
    when: anyone,
    about: 'What the containers may do together: they have one ServiceAccount. Each needs its own part only.',
    metadata: { name: `${name}`, labels },
    rules: accesses.flatMap(({ when, rules }) => whenItems(when, rules)),
  });
  new Manifest(scope, 'rolebinding', k8s.KubeRoleBinding, {
    when: anyone,
    metadata: { name: `${name}`, labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: `${name}` },
    subjects: [{ kind: 'ServiceAccount', name: `${serviceAccountName}`, namespace: release.namespace }],
  });
}

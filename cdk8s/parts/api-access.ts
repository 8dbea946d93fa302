import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { type Condition, or, release, type TemplatedFields, whenItems } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { labels, name, serviceAccountName } from '../names.ts';
import { streamAccess, verifyAccess } from './backup-access.ts';

/** What one container asks the API server for. */
export interface ApiAccess {
  /** Whether the container is there and needs it. */
  readonly when: Condition;
  readonly rules: readonly TemplatedFields<k8s.PolicyRule>[];
}

/** All who ask the API server. Whoever is added here mounts `apiToken` into the container, and its volume if `when` holds. */
const accesses: readonly [ApiAccess, ...ApiAccess[]] = [streamAccess, verifyAccess];
const anyone = accesses.map((access) => access.when).reduce(or);

/** What the containers may do together, in the namespace of the release: they have one ServiceAccount. */
export function apiAccess(scope: Construct): void {
  new Manifest(scope, 'role', k8s.KubeRole, {
    when: anyone,
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

import type { k8s } from 'cdk8s-plus-27';
import type { Condition } from '../helm/condition.ts';
import type { TemplatedFields } from '../helm/expr.ts';

/** What one container asks the API server for. */
export interface ApiAccess {
  /** Whether the container is there and needs it. */
  readonly when: Condition;
  readonly rules: readonly TemplatedFields<k8s.PolicyRule>[];
}

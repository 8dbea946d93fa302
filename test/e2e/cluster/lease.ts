import { kubectlJson } from './kubectl.ts';
import type { Release } from './release.ts';

/** As much of a release's Lease as the tests look at. */
export interface Lease {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly holderIdentity?: string; readonly leaseTransitions: number; readonly renewTime: string };
}

/** The Lease of a release whose `lease.type` is `kubernetes`. */
export const leaseOf = ({ name, namespace }: Release): Promise<Lease> =>
  kubectlJson<Lease>(['-n', namespace, 'get', 'lease', name]);

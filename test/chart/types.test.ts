import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Variables } from '../../app/invoices/config.ts';
import type { Variables as LeaseVariables } from '../../app/lease/config.ts';
import type { Environment } from '../../cdk8s/helm/env.ts';
import { Manifest } from '../../cdk8s/helm/manifest.ts';
import { headlessName, v } from '../../cdk8s/names.ts';

/*
 * What must not compile. `npm run check` fails if one of these lines does: a `@ts-expect-error` that expects in vain is
 * an error itself. At run time there is nothing to see but that none of it throws.
 */
test('mistakes in manifests do not compile', () => {
  const scope = new Chart(new App(), 'types');
  const metadata = { name: headlessName };
  // @ts-expect-error cdk8s' spelling of clusterIP
  new Manifest(scope, 'a', k8s.KubeService, { metadata, spec: { clusterIp: 'None' } });
  // @ts-expect-error a string where a number belongs
  new Manifest(scope, 'b', k8s.KubeStatefulSet, { metadata, spec: { replicas: v.image.tag } });
  // @ts-expect-error a list where a map belongs
  new Manifest(scope, 'c', k8s.KubePod, { metadata, spec: { containers: [], nodeSelector: v.tolerations } });
  // @ts-expect-error no name
  new Manifest(scope, 'd', k8s.KubeService, { metadata: {} });
  // @ts-expect-error a value that does not exist
  void v.lease.consul.tll;
  expect(scope.apiObjects).toHaveLength(4);
});

test('mistakes in the environment of a program do not compile', () => {
  const required = { POD_NAME: 'a', POD_UID: 'b', POD_NAMESPACE: 'c', LEASE_NAME: 'd' };
  const mistakes = [
    // @ts-expect-error a name that the application does not read
    { PORT: '8080', PEER_PROT: '8080' } satisfies Environment<Variables>,
    // @ts-expect-error a name of the lease's sidecar
    { LEASE_SECONDS: '5' } satisfies Environment<Variables>,
    // @ts-expect-error a number, which Kubernetes refuses
    { PORT: 8080 } satisfies Environment<Variables>,
    // @ts-expect-error a name that the sidecar does not read
    { ...required, LEASE_SECOND: '5' } satisfies Environment<LeaseVariables>,
    // @ts-expect-error a required name that is missing
    { POD_NAME: 'a', POD_UID: 'b', POD_NAMESPACE: 'c' } satisfies Environment<LeaseVariables>,
    // @ts-expect-error a name that is set twice
    // biome-ignore lint/suspicious/noDuplicateObjectKeys: the compiler has to find it, too
    { PORT: '8080', PORT: '8081' } satisfies Environment<Variables>,
  ];
  expect(mistakes).toHaveLength(6);
});

import { readFileSync } from 'node:fs';
import { SPELLING } from '../../cdk8s/helm/spelling.ts';

test('every name that cdk8s spells otherwise than Kubernetes is in the table', () => {
  const source = readFileSync(require.resolve('cdk8s-plus-27/lib/imports/k8s.js'), 'utf8');
  const pairs = [...source.matchAll(/'([^']+)':[^\n]*?obj\.([A-Za-z0-9_$]+)/g)].map(([, api, cdk8s]) => [cdk8s, api]);
  expect(pairs.length).toBeGreaterThan(1000);
  expect(SPELLING).toEqual(Object.fromEntries(pairs.filter(([cdk8s, api]) => cdk8s !== api)));
});

import { whereIs } from '../../../app/lease/fence-stream.ts';

const primary = JSON.stringify({ hostname: 'pod-1.pods', 'advertise-url': 'http://pod-1.pods:20202' });

test('the Lease says where the primary is', () => {
  expect(whereIs({ primary, address: '10.0.0.1' })).toEqual({ hostname: 'pod-1.pods', address: '10.0.0.1' });
});

test.each([
  ['no address', primary, ''],
  ['no primary', '', '10.0.0.1'],
  ['an annotation that was edited', '{"hostname": pod-1}', '10.0.0.1'],
  ['one without a name', '{"hostname": ""}', '10.0.0.1'],
])('%s: nothing is known', (_what, primary, address) => {
  expect(whereIs({ primary, address })).toBeUndefined();
});

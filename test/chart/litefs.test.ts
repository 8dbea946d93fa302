import { ttlMs } from '../../app/lease/core/timing.ts';
import { at, HELMS, PATIENCE, render, the } from './helm.ts';
import { check, start } from './litefs.ts';
import { valuesMatrix } from './matrix.ts';

jest.setTimeout(PATIENCE);

const config = (...args: string[]): string => {
  const all = render(HELMS[0], ...args);
  const name = the(all, 'StatefulSet').metadata.name;
  return String(at(the(all, 'ConfigMap', name), 'data')?.['litefs.yml' as never]);
};

test.each(valuesMatrix())('LiteFS accepts its configuration: $name', ({ file }) => {
  expect(check(config('--values', file), 'invoices-0')).toEqual({
    accepted: true,
    output: expect.stringContaining('cannot parse liteserver backup URL'),
  });
});

test.each([
  ['an unknown key', (yaml: string) => yaml.replace('lock-delay:', 'lock-dealy:'), 'field lock-dealy not found'],
  ['a wrong duration', (yaml: string) => yaml.replace('15s', 'soon'), 'cannot unmarshal'],
  ['another lease', (yaml: string) => yaml.replace('type: consul', 'type: etcd'), 'invalid lease type'],
])('this check can fail: LiteFS refuses %s', (_, spoil, message) => {
  const good = config('--values', 'test/chart/values/consul.yaml');
  expect(spoil(good)).not.toBe(good);
  expect(check(spoil(good), 'invoices-0')).toEqual({ accepted: false, output: expect.stringContaining(message) });
});

test('static: pod 0 is the primary, and the others are not but know its address', () => {
  const address =
    'hostname=invoices-0.invoices-headless.invoices.svc advertise-url=http://invoices-0.invoices-headless.invoices.svc:20202';
  const text = config('--set', 'lease.type=static');
  expect(start(text, 'invoices-0')).toContain(`Using static primary: primary=true ${address}`);
  expect(start(text, 'invoices-1')).toContain(`Using static primary: primary=false ${address}`);
  expect(start(text, 'invoices-10')).toContain(`Using static primary: primary=false ${address}`);
});

test('kubernetes: each pod tells its own address to the sidecar, with the longest TTL that it takes', () => {
  expect(start(config(), 'invoices-2')).toContain(
    'initializing consul: key=liteset url=http://127.0.0.1:8500 ' +
      'hostname=invoices-2.invoices-headless.invoices.svc advertise-url=http://invoices-2.invoices-headless.invoices.svc:20202',
  );
  for (const seconds of [3, 5, 60])
    expect(config('--set', `lease.kubernetes.seconds=${seconds}`)).toContain(`ttl: "${ttlMs(seconds)}ms"`);
});

test('consul: each pod tells its own address, under the key of the release', () => {
  expect(start(config('--set', 'lease.type=consul,lease.consul.url=http://consul:8500'), 'invoices-2')).toContain(
    'initializing consul: key=liteset/invoices/invoices url=http://consul:8500 ' +
      'hostname=invoices-2.invoices-headless.invoices.svc advertise-url=http://invoices-2.invoices-headless.invoices.svc:20202',
  );
});

import { at, type KubernetesObject, the } from './helm.ts';

interface Named {
  readonly name: string;
}
type Strings = Readonly<Record<string, string>>;

const container = (all: readonly KubernetesObject[], path: string) =>
  at(the(all, 'StatefulSet'), `spec.template.spec.containers.0.${path}`);

/** The environment that the application gets, as far as it is plain text. */
export const environment = (all: readonly KubernetesObject[]): Record<string, string> =>
  Object.fromEntries(
    (container(all, 'env') as { name: string; value?: string }[]).flatMap(({ name, value }) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

const twice = (list: unknown): string[] => {
  const names = ((list ?? []) as Named[]).map(({ name }) => name);
  return names.filter((name, index) => names.indexOf(name) !== index);
};
const selects = (selector: Strings, labels: Strings) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** What every rendering of the chart has to be, as sentences about what it is not. */
export function violations(all: readonly KubernetesObject[]): string[] {
  const found: string[] = [];
  const check = (holds: boolean, sentence: string) => {
    if (!holds) found.push(sentence);
  };
  const set = the(all, 'StatefulSet');
  const spec = (path: string) => at(set, `spec.template.spec.${path}`);
  const podLabels = at(set, 'spec.template.metadata.labels') as Strings;
  const services = all.filter(({ kind }) => kind === 'Service');

  const ids = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  check(new Set(ids).size === ids.length, `two objects have the same name: ${ids}`);
  for (const { kind, metadata } of all) {
    check(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(metadata.name), `${kind} ${metadata.name} is a bad name`);
    for (const [key, value] of Object.entries({ ...metadata.labels, ...metadata.annotations }))
      check(typeof value === 'string', `${kind} ${metadata.name} has ${key}: ${value}, which is no string`);
  }
  check(set.metadata.name.length <= 52, 'the name of the StatefulSet leaves no room for a revision hash');
  check(
    selects(at(set, 'spec.selector.matchLabels') as Strings, podLabels),
    'the StatefulSet does not select its pods',
  );

  for (const service of services) {
    const selector = at(service, 'spec.selector') as Strings;
    check(selects(selector, podLabels), `Service ${service.metadata.name} does not select the pods`);
    check(!selects(selector, the(all, 'Pod').metadata.labels ?? {}), `${service.metadata.name} selects the test pod`);
    const ports = (at(service, 'spec.ports') as Named[]).map(({ name }) => name);
    const headless = at(service, 'spec.clusterIP') === 'None';
    check(headless || `${ports}` === 'http', `${service.metadata.name} leads to ${ports}, not to http alone`);
  }
  const inside = JSON.stringify(all.filter(({ kind }) => kind === 'Ingress' || kind === 'HTTPRoute'));
  check(!/20202|litefs"|headless/.test(inside), 'LiteFS is reachable from outside');
  const files = JSON.stringify(all.filter(({ kind }) => kind === 'ConfigMap').map((map) => at(map, 'data')));
  check(!files.includes('proxy:'), 'LiteFS has a proxy');

  for (const list of ['env', 'ports', 'volumeMounts'])
    check(twice(container(all, list)).length === 0, `${list} has ${twice(container(all, list))} twice`);
  check(twice(spec('volumes')).length === 0, `volumes has ${twice(spec('volumes'))} twice`);
  const volumes = [spec('volumes'), at(set, 'spec.volumeClaimTemplates')].flatMap((list) => (list ?? []) as unknown[]);
  const known = volumes.map((volume) => at(volume, 'name') ?? at(volume, 'metadata.name'));
  for (const { name } of container(all, 'volumeMounts') as Named[])
    check(known.filter((volume) => volume === name).length === 1, `the volume ${name} is not there once`);
  for (const { name, value } of container(all, 'env') as { name: string; value?: unknown }[])
    check(value === undefined || typeof value === 'string', `${name} is ${value}, which is no string`);

  check(spec('automountServiceAccountToken') === false, 'the pods have a token');
  check(at(the(all, 'Pod'), 'spec.automountServiceAccountToken') === false, 'the test pod has a token');
  check(container(all, 'securityContext.readOnlyRootFilesystem') === true, 'the root file system is writable');
  const command = (container(all, 'command') as string[]).join(' ');
  check(
    /-- setpriv --reuid=10001 .*--bounding-set=-all .*node app\/server.ts$/.test(command),
    'the program keeps root',
  );
  return found;
}

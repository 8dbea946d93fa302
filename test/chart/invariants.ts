import { at, type KubernetesObject, the } from './helm.ts';

interface Named {
  readonly name: string;
  readonly value?: unknown;
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

const list = (object: unknown, path: string) => (at(object, path) ?? []) as Named[];

/** Every kind of pod that there will be, that of the StatefulSet first. */
const podSpecs = (all: readonly KubernetesObject[]) =>
  ['StatefulSet', 'CronJob', 'Pod'].flatMap((kind) =>
    all
      .filter((object) => object.kind === kind)
      .map((object) => {
        const template = { StatefulSet: 'spec.template', CronJob: 'spec.jobTemplate.spec.template' }[kind];
        const pod = template === undefined ? object : at(object, template);
        const claims = list(object, 'spec.volumeClaimTemplates').map((it) => at(it, 'metadata') as Named);
        return { owner: kind, podSpec: at(pod, 'spec'), labels: at(pod, 'metadata.labels') as Strings, claims };
      }),
  );

const twice = (list: readonly Named[]): string[] => {
  const names = list.map(({ name }) => name);
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
  // What drops the rights of an application of the user is the agent.
  const isYours = at(set, 'spec.template.spec.containers.0.command.0') === '/liteset/liteset';
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
    const role = selector['liteset.dev/role'] ?? '';
    check(
      selects(selector, role === '' ? podLabels : { ...podLabels, 'liteset.dev/role': role }),
      `Service ${service.metadata.name} does not select the pods`,
    );
    check(!selects(selector, the(all, 'Pod').metadata.labels ?? {}), `${service.metadata.name} selects the test pod`);
    const ports = (at(service, 'spec.ports') as Named[]).map(({ name }) => name);
    const headless = at(service, 'spec.clusterIP') === 'None';
    check(headless || `${ports}` === 'http', `${service.metadata.name} leads to ${ports}, not to http alone`);
  }
  const inside = JSON.stringify(all.filter(({ kind }) => kind === 'Ingress' || kind === 'HTTPRoute'));
  const headless = services.filter((it) => at(it, 'spec.clusterIP') === 'None').map(({ metadata }) => metadata.name);
  const reached = /20202|"litefs"/.test(inside) || headless.some((name) => inside.includes(`"name":"${name}"`));
  check(!reached, 'LiteFS is reachable from outside');
  const files = JSON.stringify(all.filter(({ kind }) => kind === 'ConfigMap').map((map) => at(map, 'data')));
  check(!files.includes('proxy:'), 'LiteFS has a proxy');

  for (const { owner, podSpec, claims } of podSpecs(all)) {
    const volumes = [...list(podSpec, 'volumes'), ...claims];
    check(twice(volumes).length === 0, `${owner} has the volumes ${twice(volumes)} twice`);
    const containers = ['initContainers', 'containers'].flatMap((part) => list(podSpec, part));
    check(twice(containers).length === 0, `${owner} has the containers ${twice(containers)} twice`);
    const used = containers.flatMap((it) => list(it, 'volumeMounts').map(({ name }) => name));
    for (const { name } of volumes) check(used.includes(name), `${owner} has the volume ${name}, which nobody mounts`);
    for (const it of containers) {
      const paths = list(it, 'volumeMounts').map((mount) => ({ name: String(at(mount, 'mountPath')) }));
      // A port need not have a name.
      const ports = list(it, 'ports').filter(({ name }) => name !== undefined);
      for (const part of [list(it, 'env'), ports, paths])
        check(twice(part).length === 0, `${owner}: ${it.name} has ${twice(part)} twice`);
      for (const { name } of list(it, 'volumeMounts'))
        check(
          volumes.some((volume) => volume.name === name),
          `${owner}: ${it.name} mounts ${name}, which is not there`,
        );
      for (const { name, value } of list(it, 'env'))
        check(value === undefined || typeof value === 'string', `${name} is ${value}, which is no string`);
      for (const arg of (at(it, 'args') ?? []) as unknown[])
        check(typeof arg === 'string' && arg !== '', `${owner}: ${it.name} has the argument ${arg}`);
      const ours = [
        'install',
        'proxy',
        'lease',
        'restore',
        'backup',
        'verify',
        'test',
        ...(isYours ? [] : ['app']),
      ].includes(it.name);
      check(
        !ours || at(it, 'securityContext.readOnlyRootFilesystem') === true,
        `the root file system of ${it.name} is writable`,
      );
      const token = list(it, 'volumeMounts').some(({ name }) => name === 'api-access');
      check(!token || ['lease', 'backup', 'verify'].includes(it.name), `${it.name} has a token`);
    }
    check(at(podSpec, 'automountServiceAccountToken') === false, `${owner}: every container has a token`);
  }
  for (const { owner, labels } of podSpecs(all).slice(1))
    check(!selects(at(set, 'spec.selector.matchLabels') as Strings, labels), `${owner} is taken for one of the pods`);

  const command = (container(all, 'command') as string[]).join(' ');
  check(
    isYours || /-- setpriv --reuid=10001 .*--bounding-set=-all .*node app\/invoices\/server.ts$/.test(command),
    'the program keeps root',
  );
  return found;
}

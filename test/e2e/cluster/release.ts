import type { Load } from '../../lib/load/load.ts';
import type { Service } from '../../lib/load/service.ts';
import { ask, type Endpoint } from './http.ts';
import { CONTEXT, ensureNamespace } from './kubectl.ts';
import { type RunOptions, run } from './run.ts';
import { until } from './until.ts';

/** The chart under test. */
export const CHART = 'charts/liteset';

/** An installation of the chart. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** Where the ingress controller leads to it. */
  readonly ingress: Endpoint;
  /** What it runs, if not the invoice service. */
  readonly application?: Application;
}

/** The address of the ingress controller on this machine, by hack/up.sh's port mapping. */
export const INGRESS = 'http://127.0.0.1:8080';

/** What a release runs, as far as stories need to know it. */
export interface Application {
  /** A path that is answered with 200 once requests come to it. */
  readonly path: string;
  /** The pod that takes the writes. */
  primary(release: Release): Promise<string>;
  /** Of one that stories break under a load. */
  readonly underLoad?: ApplicationUnderLoad;
}

/** What a load, and who judges it, has to know. */
export interface ApplicationUnderLoad {
  /** The words that the command line of its process begins with. */
  readonly process: string;
  /** The application as a load uses it. */
  service(release: Release): Promise<Service>;
  /** The marks of a load in the database. They may be taken out of it. */
  marks(release: Release, load: Load): Promise<string[]>;
  /** Waits until the copies of all pods are the same. */
  copiesAreEqual(release: Release): Promise<string>;
}

/** The release that hack/up.sh installs. */
export const invoices: Release = { name: 'invoices', namespace: 'invoices', ingress: { url: INGRESS } };

/** A release of a test's own, reached under a host name of its own. */
export const ownRelease = (name: string, application?: Application): Release => ({
  name,
  namespace: `e2e-${name}`,
  ingress: { url: INGRESS, host: `${name}.e2e.test` },
  ...(application && { application }),
});

/** Runs helm on the release's namespace and returns what it printed. */
export const helm = ({ namespace }: Release, args: readonly string[], options?: RunOptions): Promise<string> =>
  run('helm', ['--kube-context', CONTEXT, '-n', namespace, ...args], options);

/** Values of the chart, nested as in values.yaml. */
export type Values = { [name: string]: unknown };

/**
 * Installs a release with the images of `invoices` and its own host, and returns helm's notes. It does not wait for pods.
 * `chart` is what helm takes as the chart, with options that it needs. Default: the chart under test.
 */
export async function install(release: Release, values: Values, chart: readonly string[] = [CHART]): Promise<string> {
  await ensureNamespace(release.namespace);
  const theirs = JSON.parse(await helm(invoices, ['get', 'values', invoices.name, '-o', 'json'])) as Values;
  const hosts = [{ host: release.ingress.host, paths: [{ path: '/', pathType: 'Prefix' }] }];
  const input = JSON.stringify({
    image: theirs['image'],
    ingress: { enabled: true, className: 'traefik', hosts },
    ...values,
    backup: { image: (theirs['backup'] as Values)['image'], ...(values['backup'] as Values) },
  });
  return helm(release, ['install', release.name, ...chart, '-f', '-'], { input });
}

/** Changes some values of a release, `name=value` as for `--set`, and keeps the others. It does not wait for pods. */
export const upgrade = (release: Release, ...settings: readonly string[]): Promise<string> =>
  helm(release, ['upgrade', release.name, CHART, '--reuse-values', ...settings.flatMap((it) => ['--set', it])]);

/** Waits until the ingress controller leads to a release: until then, the one of hack/up.sh answers for every host. */
export const routed = (release: Release): Promise<boolean> =>
  until('the route to the release', 'ROUTE', async () => {
    const { status, pod } = await ask(release.ingress, release.application?.path ?? '/api/invoices?limit=1');
    return status === 200 && pod.startsWith(`${release.name}-`);
  });

/**
 * Values for a lease in the Consul of hack/cluster/manifests/consul.yaml, with a key of this run's own: Consul still knows
 * the cluster that held the key of an earlier run.
 */
export const consulLease = () => ({
  type: 'consul',
  consul: { url: 'http://consul.consul.svc:8500', key: `e2e/${Date.now()}` },
});

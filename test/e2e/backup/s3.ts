import { apply, CONTEXT, kubectlJson, secret } from '../cluster/kubectl.ts';
import { forwardByCommand } from '../cluster/port-forward.ts';
import type { Release } from '../cluster/release.ts';
import type { Store } from './store.ts';

/** The keys of the S3 server of hack/cluster/manifests/s3.yaml, as programs want them in their environment. */
async function keys(): Promise<Record<string, string>> {
  const { data } = await kubectlJson<{ data: Record<string, string> }>(['-n', 's3', 'get', 'secret', 's3']);
  const decoded = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  return { AWS_ACCESS_KEY_ID: decoded('ROOT_ACCESS_KEY'), AWS_SECRET_ACCESS_KEY: decoded('ROOT_SECRET_KEY') };
}

/** Gives a release a way of its own to the server, which can be cut without others noticing. */
const way = ({ name }: Release, app: string) =>
  apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 's3', name },
    spec: { selector: { app }, ports: [{ name: 'http', port: 7070, targetPort: 'http' }] },
  });
const endpoint = ({ name }: Release) => `http://${name}.s3.svc:7070`;

/** The values that let a release use the S3 server. The Secret that they name is there afterwards. */
export async function s3Values(release: Release): Promise<{ url: string; existingSecret: string }> {
  await way(release, 's3');
  await secret(release.namespace, 's3', await keys());
  // A place of this run's own: the server outlives it.
  const place = `${release.name}-${Date.now()}`;
  return { url: `s3://backups/${place}?endpoint=${endpoint(release)}&region=us-east-1`, existingSecret: 's3' };
}

/** Opens the S3 server to this machine for as long as the work lasts. */
export async function withS3<T>(release: Release, url: string, work: (store: Store) => Promise<T>): Promise<T> {
  const command = ['--context', CONTEXT, '-n', 's3', 'port-forward', `service/${release.name}`, ':7070'];
  const forward = await forwardByCommand(['kubectl', ...command]);
  try {
    const here = url.replace(endpoint(release), forward.url);
    return await work({ url, env: await keys(), place: (lineage) => here.replace('?', `/${lineage}?`) });
  } finally {
    await forward.close();
  }
}

/** Refuses a release's connections to the S3 server, whose Service has no pod then, for as long as the work lasts. */
export async function withoutS3<T>(release: Release, work: () => Promise<T>): Promise<T> {
  await way(release, 'nobody');
  try {
    return await work();
  } finally {
    await way(release, 's3');
  }
}

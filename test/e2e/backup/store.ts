import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTEXT, kubectl, kubectlJson } from '../cluster/kubectl.ts';
import { forwardByCommand } from '../cluster/port-forward.ts';
import type { Release } from '../cluster/release.ts';
import { run } from '../cluster/run.ts';

/** A store as the pods and as this machine reach it. */
export interface Store {
  /** Its URL in the pods. */
  readonly url: string;
  /** URL of a lineage, as stock Litestream on this machine takes it. */
  place(lineage: string): string;
  /** Environment that Litestream needs to reach it. */
  readonly env: Readonly<Record<string, string>>;
}

/** The volume of hack/cluster/kind.sh that all nodes mount, as a folder of this machine. */
const sharedFolder = async (): Promise<string> =>
  (await run('docker', ['volume', 'inspect', 'liteset-shared', '--format', '{{.Mountpoint}}'])).trim();

/** The claim of a release's backup, as a folder of this machine. */
export async function claimFolder({ name, namespace }: Release): Promise<string> {
  const claim = await kubectlJson<{ spec: { volumeName: string } }>(['-n', namespace, 'get', 'pvc', `${name}-backup`]);
  const volume = await kubectlJson<{ spec: { hostPath: { path: string } } }>(['get', 'pv', claim.spec.volumeName]);
  return join(await sharedFolder(), volume.spec.hostPath.path.split('/').at(-1) ?? '');
}

/** The store on the claim of a release. */
export async function claimStore(release: Release): Promise<Store> {
  const folder = await claimFolder(release);
  return { url: 'file:///backup', env: {}, place: (lineage) => `file://${folder}/${lineage}` };
}

/** The values that let a release use the S3 server of hack/cluster/manifests/s3.yaml, and the Secret that they name. */
export async function s3Values(release: Release): Promise<{ url: string; existingSecret: string }> {
  const { data } = await kubectlJson<{ data: Record<string, string> }>(['-n', 's3', 'get', 'secret', 's3']);
  const decoded = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  const stringData = {
    AWS_ACCESS_KEY_ID: decoded('ROOT_ACCESS_KEY'),
    AWS_SECRET_ACCESS_KEY: decoded('ROOT_SECRET_KEY'),
  };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's3' }, stringData };
  await kubectl(['-n', release.namespace, 'apply', '-f', '-'], { input: JSON.stringify(secret) });
  // A place of this run's own: the server outlives it.
  const path = `${release.name}-${Date.now()}`;
  return { url: `s3://backups/${path}?endpoint=http://s3.s3.svc:7070&region=us-east-1`, existingSecret: 's3' };
}

/** Opens the S3 server to this machine for as long as the work lasts. */
export async function withS3<T>(release: Release, url: string, work: (store: Store) => Promise<T>): Promise<T> {
  const forward = await forwardByCommand([
    'kubectl',
    '--context',
    CONTEXT,
    '-n',
    's3',
    'port-forward',
    'service/s3',
    ':7070',
  ]);
  try {
    const secret = await kubectlJson<{ data: Record<string, string> }>([
      '-n',
      release.namespace,
      'get',
      'secret',
      's3',
    ]);
    const env = Object.fromEntries(
      Object.entries(secret.data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
    );
    const here = url.replace('http://s3.s3.svc:7070', forward.url);
    return await work({ url, env, place: (lineage) => here.replace('?', `/${lineage}?`) });
  } finally {
    await forward.close();
  }
}

/** Refuses connections to the S3 server, by leaving its Service without a pod, for as long as the work lasts. */
export async function withoutS3<T>(work: () => Promise<T>): Promise<T> {
  const select = (app: string) =>
    kubectl(['-n', 's3', 'patch', 'service', 's3', '-p', JSON.stringify({ spec: { selector: { app } } })]);
  await select('nobody');
  try {
    return await work();
  } finally {
    await select('s3');
  }
}

/** Restores with stock Litestream, shows the file to the work and removes it. */
export async function withRestored<T>(
  store: Store,
  { lineage, txid }: { lineage: string; txid: string },
  work: (file: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'liteset-e2e-'));
  try {
    const file = join(folder, 'restored.db');
    await run('litestream', ['restore', '-txid', txid, '-o', file, store.place(lineage)], { env: store.env });
    return await work(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

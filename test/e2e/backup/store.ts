import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectlJson } from '../cluster/kubectl.ts';
import type { Release } from '../cluster/release.ts';
import { run } from '../cluster/run.ts';

/** The values of a backup on a claim, which all nodes reach. */
export const claimBackup = {
  ...{ enabled: true, storeTimeout: '5s' },
  persistence: { storageClass: 'shared', size: '1Gi' },
};

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

/** Restores with stock Litestream, shows the file to the work and removes it. */
export async function withRestored<T>(
  store: Store,
  { lineage, txid }: { lineage: string; txid: string },
  work: (file: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'liteset-e2e-'));
  try {
    const file = join(folder, 'restored.db');
    await run('litestream', ['restore', '-txid', txid, '-o', file, store.place(lineage)], {
      // Litestream's S3 client refuses to start with a bundle of CAs in this variable, which machines behind a proxy have.
      env: { ...store.env, AWS_CA_BUNDLE: '' },
    });
    return await work(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectl, kubectlJson } from './kubectl.ts';
import { onNode } from './nodes.ts';
import type { Pod } from './pods.ts';
import type { Release } from './release.ts';
import { run } from './run.ts';

/** A pod's volume as a folder of its node. */
export interface Volume {
  readonly node: string;
  readonly folder: string;
}

/** Where the volume of a pod is. */
export async function volumeOf({ namespace }: Release, { metadata, spec }: Pod): Promise<Volume> {
  const claim = await kubectlJson<{ spec: { volumeName: string } }>([
    ...['-n', namespace, 'get', 'pvc', `data-${metadata.name}`],
  ]);
  const path = 'jsonpath={.spec.hostPath.path}{.spec.local.path}';
  return { node: spec.nodeName, folder: await kubectl(['get', 'pv', claim.spec.volumeName, '-o', path]) };
}

/** Copies what LiteFS has on a volume to a folder of this machine. The database is `test.db` there. */
export async function takeCopy({ node, folder }: Volume): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'liteset-volume-'));
  const packed = await onNode(node, ['sh', '-c', 'tar -C "$1" -cf - clusterid dbs | base64', 'sh', folder]);
  await run('tar', ['-C', copy, '-xpf', '-'], { input: Buffer.from(packed, 'base64') });
  renameSync(join(copy, 'dbs/invoices.db'), join(copy, 'dbs/test.db'));
  return copy;
}

/** Puts such a copy in the place of what LiteFS has on the volume, and removes the copy. */
export async function putBack({ node, folder }: Volume, copy: string): Promise<void> {
  const [here, there] = [join(copy, 'dbs/test.db'), join(copy, 'dbs/invoices.db')];
  mkdirSync(join(copy, 'dbs'), { recursive: true });
  await run('sh', ['-c', 'if [ -e "$1" ]; then mv "$1" "$2"; fi; tar -C "$3" -cf "$3.tar" .', 'sh', here, there, copy]);
  const script = 'rm -rf "$1/clusterid" "$1/dbs" && tar -C "$1" -xpf -';
  await run('docker', ['exec', '-i', node, 'sh', '-c', script, 'sh', folder], { input: readFileSync(`${copy}.tar`) });
  rmSync(copy, { recursive: true });
  rmSync(`${copy}.tar`);
}

/** Flips a bit in the middle of the database. Returns how to tell whether it is right again. */
export async function flipBit({ node, folder }: Volume): Promise<() => Promise<boolean>> {
  const path = `${folder}/dbs/invoices.db/database`;
  const size = Number(await onNode(node, ['stat', '-c', '%s', path]));
  const offset = 4_096 * Math.floor(size / 2 / 4_096) + 2_000;
  const read = async () =>
    Number(await onNode(node, ['sh', '-c', `tail -c +${offset + 1} '${path}' | head -c 1 | od -An -tu1`]));
  const before = await read();
  const flipped = `\\\\0${(before ^ 4).toString(8).padStart(3, '0')}`;
  await onNode(node, [
    'sh',
    '-c',
    `printf '%b' "${flipped}" | dd of='${path}' bs=1 seek=${offset} conv=notrunc status=none`,
  ]);
  expect(await read()).toBe(before ^ 4);
  return async () => (await read()) === before;
}

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Flips one bit in the middle of the largest object below a folder, for as long as the work lasts. */
export async function withFlippedBit<T>(folder: string, work: (object: string) => Promise<T>): Promise<T> {
  const objects = (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => path.endsWith('.ltx') && !path.startsWith('lineages'))
    .map((path) => ({ path, size: statSync(join(folder, path)).size }))
    .sort((a, b) => b.size - a.size);
  const object = objects[0]?.path;
  if (object === undefined) throw new Error(`there is no object below ${folder}`);
  const flip = () => {
    const bytes = readFileSync(join(folder, object));
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(join(folder, object), bytes);
  };
  flip();
  try {
    return await work(object);
  } finally {
    flip();
  }
}

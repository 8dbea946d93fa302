import { createHash } from 'node:crypto';
import type { LitefsNode } from './litefs-node.ts';

/** Digest of a node's whole copy of a database, as LiteFS gives it away. */
export async function digest(node: LitefsNode, database: string): Promise<string> {
  const answer = await fetch(`${node.url}/export?name=${encodeURIComponent(database)}`);
  if (!answer.ok) throw new Error(`${node.url} answers ${answer.status} for ${database}`);
  return createHash('sha256')
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest('hex');
}

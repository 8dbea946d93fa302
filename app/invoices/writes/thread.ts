/** The program of the committer's thread: does the writes of requests on a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { GroupLimits } from '../../liteset/group-commit/group.ts';
import { serveWrites } from '../../liteset/group-commit/serve-writes.ts';
import { PositionFile } from '../../liteset/litefs/position.ts';
import { Database } from '../database/database.ts';
import { writesOn } from './writes.ts';

/** What the thread is started with. */
export interface ThreadData {
  path: string;
  /** Whether it is on LiteFS. */
  onLitefs: boolean;
  limits: GroupLimits;
}

/** How long a write waits for a lock, in milliseconds: an import may have it, or a person. Nobody else waits in this thread. */
const BUSY_MS = 10_000;
const { path, onLitefs, limits } = workerData as ThreadData;
const database = new Database(path, { mayCreate: () => false, busyMs: BUSY_MS });
const position = onLitefs ? new PositionFile(path) : undefined;
serveWrites(parentPort, limits, {
  ...writesOn(database),
  version: () => position?.version(),
  close: () => {
    database.close();
    position?.close();
  },
});

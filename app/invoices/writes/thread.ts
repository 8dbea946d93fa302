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

const { path, onLitefs, limits } = workerData as ThreadData;
const database = new Database(path, { mayCreate: () => false });
const position = onLitefs ? new PositionFile(path) : undefined;
serveWrites(parentPort, limits, {
  ...writesOn(database),
  version: () => position?.version(),
  close: () => {
    database.close();
    position?.close();
  },
});

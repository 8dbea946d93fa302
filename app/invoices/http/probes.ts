import { Router } from 'express';
import type { Committer } from '../../liteset/group-commit/committer.ts';
import type { Liteset } from '../../liteset/liteset.ts';
import { Problem } from '../../liteset/problem/problem.ts';
import type { Database } from '../database/database.ts';
import { missingTables } from '../database/schema.ts';
import { comeBack, problems } from '../errors.ts';

/** Whether the process is going down; set by the signal handler. */
export interface Lifecycle {
  draining: boolean;
}

/** What the probes look at. */
export interface ProbeOptions {
  database: Database;
  committer: Pick<Committer, 'busyMs'>;
  liteset: Liteset;
  lifecycle: Lifecycle;
}

/** How long one commit may take before the process counts as dead, in milliseconds: SQLite and LiteFS have no deadline. */
const COMMIT_MS = 30_000;
/** How long a replica may stand still before others answer in its place, in milliseconds. */
const STANDSTILL_MS = 30_000;

/**
 * `/livez`: the process answers, and no commit hangs. `/readyz`: it should get requests: it is not going down, LiteFS is connected, the copy
 * follows the primary if there is one, and the database holds Chinook's tables. Neither depends on other pods' health.
 */
export function probes({ database, committer, liteset, lifecycle }: ProbeOptions): Router {
  const router = Router();
  router.get('/livez', (_req, res) => {
    const { busyMs } = committer;
    if (busyMs > COMMIT_MS) throw comeBack(problems.stuck, `A commit has taken ${Math.round(busyMs / 1_000)} s.`);
    res.json({ status: 'alive' });
  });
  router.get('/readyz', (_req, res) => {
    const reason = whyNotReady(database, liteset, lifecycle);
    if (reason !== undefined) throw comeBack(problems.notReady, reason);
    res.json({ status: 'ready', role: liteset.role(), position: liteset.position() });
  });
  return router;
}

function whyNotReady(database: Database, liteset: Liteset, { draining }: Lifecycle): string | undefined {
  if (draining) return 'The process is going down.';
  if (!liteset.connected()) return 'LiteFS is not connected, or has never known a primary.';
  const standstillMs = liteset.standstillMs();
  if (standstillMs > STANDSTILL_MS)
    return `This copy has not followed the primary for ${Math.round(standstillMs / 1_000)} s: somebody reads without an end, or much is on its way.`;
  try {
    const missing = missingTables(database);
    if (missing.length > 0) return `The database lacks ${missing.join(', ')}: it is empty or not Chinook's.`;
  } catch (error) {
    return error instanceof Problem ? error.message : `The database cannot be read: ${String(error)}`;
  }
}

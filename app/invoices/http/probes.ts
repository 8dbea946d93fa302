import { Router } from 'express';
import type { Committer } from '../../liteset/group-commit/committer.ts';
import type { Liteset } from '../../liteset/liteset.ts';
import { Problem } from '../../liteset/problem/problem.ts';
import { type Lifecycle, whyNotReady } from '../../liteset/readiness.ts';
import type { Database } from '../database/database.ts';
import { missingTables } from '../database/schema.ts';
import { comeBack, problems } from '../errors.ts';

/** What the probes look at. */
export interface ProbeOptions {
  database: Database;
  committer: Pick<Committer, 'busyMs'>;
  liteset: Liteset;
  lifecycle: Lifecycle;
}

/** How long one commit may take before the process counts as dead, in milliseconds: SQLite and LiteFS have no deadline. */
const COMMIT_MS = 30_000;

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
    const reason = whyNotReady(liteset, lifecycle) ?? whyNotReadable(database);
    if (reason !== undefined) throw comeBack(problems.notReady, reason);
    res.json({ status: 'ready', role: liteset.role(), position: liteset.position() });
  });
  return router;
}

function whyNotReadable(database: Database): string | undefined {
  try {
    const missing = missingTables(database);
    if (missing.length > 0) return `The database lacks ${missing.join(', ')}: it is empty or not Chinook's.`;
  } catch (error) {
    return error instanceof Problem ? error.message : `The database cannot be read: ${String(error)}`;
  }
}

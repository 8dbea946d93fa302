import type { Logger } from 'pino';
import type { Liteset } from '../liteset/liteset.ts';
import type { Database } from './database/database.ts';
import { migrate, needsMigration } from './database/migrate.ts';
import { fillNewDatabase } from './sample/fill.ts';

/** How the database is kept up to date. */
export interface UpkeepOptions {
  database: Database;
  liteset: Liteset;
  logger: Logger;
  /** The folder of the migrations. */
  migrations: string;
  /** How many invoices a new database is filled with. */
  sampleInvoices: number;
}

/** Transactions come in bursts. One look at the database after this many milliseconds serves them all. */
const SETTLE_MS = 100;
/** How soon a failed run is tried again, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * Migrates the database whenever this pod becomes the primary, and whenever a transaction arrives there that another
 * process made: after an import the database is another one. Returns how to stop.
 */
export function keepUpToDate(options: UpkeepOptions): () => void {
  const { database, liteset, logger, migrations, sampleInvoices } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const later = (milliseconds: number): void => {
    if (stopped) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      run();
    }, milliseconds);
  };
  const run = (): void => {
    if (stopped || liteset.role() !== 'primary') return;
    // A write in the middle of a switchover would be lost, and end LiteFS.
    if (!liteset.mayWrite()) {
      later(RETRY_MS);
      return;
    }
    try {
      if (!needsMigration(database, migrations)) return;
      const { applied, wasEmpty } = migrate(database, migrations);
      logger.info({ applied, wasEmpty }, 'the database is up to date');
      if (fillNewDatabase(database, wasEmpty ? sampleInvoices : 0))
        logger.info({ sampleInvoices }, 'sample data written');
    } catch (err) {
      logger.error({ err }, 'the database could not be brought up to date; trying again');
      later(RETRY_MS);
    }
  };
  liteset.onBecomePrimary(run);
  const unwatch = liteset.onTransaction(() => later(SETTLE_MS));
  return () => {
    stopped = true;
    clearTimeout(timer);
    unwatch();
  };
}

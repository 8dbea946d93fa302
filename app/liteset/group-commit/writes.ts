import type { Database } from 'better-sqlite3';

/** How an application writes, on one connection. */
export interface Writes {
  /** The open connection; asked for once a group, so that the application can open its database anew. */
  connection(): Database;
  /**
   * Does a write within the transaction of that connection. It must be synchronous, and must not begin or end transactions
   * (`db.transaction` inside is fine).
   */
  write(name: string, values: readonly unknown[]): unknown;
  /** What is told instead of an error. Default: the error. */
  explain?(error: unknown): unknown;
}

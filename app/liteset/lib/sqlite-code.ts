/**
 * SQLite's code of an error, such as `SQLITE_BUSY`; undefined for an error of another origin. Not by `instanceof`: SQLite's errors may
 * be of another realm, or have come from a thread as a message.
 */
export function sqliteCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

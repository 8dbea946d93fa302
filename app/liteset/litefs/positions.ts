/**
 * Where the databases of a pod stand: for each name, LiteFS's `<TXID>/<checksum>`, both 16 hex digits. A name is data, and
 * may be `constructor`: look it up by `positionOf` only.
 */
export type Positions = Readonly<Record<string, string>>;

/** Most that `formatPositions` writes, in characters: an object of Kubernetes has 256 KiB for all of its annotations. */
const LONGEST = 32_768;

const POSITION = /^[0-9a-f]{16}\/[0-9a-f]{16}$/;
const NO_TRANSACTION = '0'.repeat(16);

/** Where a database stands; undefined if there is none of that name. */
export const positionOf = (positions: Positions, database: string): string | undefined =>
  Object.hasOwn(positions, database) ? positions[database] : undefined;

/** TXID of a database at these positions; zeros if it is not there. As strings they compare like numbers. */
export const txidOf = (positions: Positions, database: string): string =>
  positionOf(positions, database)?.slice(0, NO_TRANSACTION.length) ?? NO_TRANSACTION;

/** Whether there is not a single transaction. */
export const isEmpty = (positions: Positions): boolean =>
  Object.keys(positions).every((database) => txidOf(positions, database) === NO_TRANSACTION);

/** Whether some database has fewer transactions than there. */
export const isBehind = (own: Positions, other: Positions): boolean =>
  Object.keys(other).some((database) => txidOf(own, database) < txidOf(other, database));

/** Reads what `formatPositions` wrote. What is not a position is left out. */
export function parsePositions(text: string | undefined): Positions {
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, string] => POSITION.test(String(entry[1]))),
    );
  } catch {
    return {};
  }
}

/**
 * Writes positions as JSON, 32 KiB at the most: of too many databases those with the most transactions. Nobody is held to
 * those that are left out, and a pod with a thousand databases still can be the primary.
 */
export function formatPositions(positions: Positions): string {
  const whole = JSON.stringify(positions);
  if (whole.length <= LONGEST) return whole;
  const byTransactions = Object.entries(positions).sort(([, one], [, other]) => (one < other ? 1 : -1));
  let room = LONGEST - '{}'.length;
  const fit = byTransactions.filter(([name, position]) => {
    room -= JSON.stringify(name).length + JSON.stringify(position).length + ':,'.length;
    return room >= 0;
  });
  return JSON.stringify(Object.fromEntries(fit));
}

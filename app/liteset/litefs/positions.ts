/** Where the databases of a pod stand: for each name, LiteFS's `<TXID>/<checksum>`, both 16 hex digits. */
export type Positions = Readonly<Record<string, string>>;

const POSITION = /^[0-9a-f]{16}\/[0-9a-f]{16}$/;
const NO_TRANSACTION = '0'.repeat(16);

/** TXID of a database at these positions; zeros if it is not there. As strings they compare like numbers. */
export const txidOf = (positions: Positions, database: string): string =>
  positions[database]?.slice(0, NO_TRANSACTION.length) ?? NO_TRANSACTION;

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

export const formatPositions = (positions: Positions): string => JSON.stringify(positions);

/** Money as a whole number of cents: the only form in which it is added and multiplied. */
export type Cents = number;

/** The largest amount that a column of type NUMERIC(10,2) holds, in cents. */
export const MAX_CENTS: Cents = 9_999_999_999;

const DECIMAL = /^(\d{1,8})(?:\.(\d{1,2}))?$/;

/**
 * Reads an amount of money exactly, from its decimal digits: `'0.99'`, `'12'`, or the JSON number 0.99, whose shortest
 * text is what the client wrote. Returns undefined for anything else: signs, exponents, more than two decimals.
 */
export function parseMoney(value: string | number): Cents | undefined {
  const match = DECIMAL.exec(String(value));
  if (!match) return undefined;
  const [, units = '', decimals = ''] = match;
  return Number(units) * 100 + Number(decimals.padEnd(2, '0'));
}

/** Writes cents as a decimal with two places, e.g. `'0.99'`: the form in the API and on the pages. */
export function formatMoney(cents: Cents): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** SQLite keeps Chinook's NUMERIC(10,2) as a binary fraction. This is the border where it becomes exact. */
export const fromColumn = (value: number): Cents => Math.round(value * 100);

/** The nearest binary fraction: what SQLite itself would store for the same decimal digits. */
export const toColumn = (cents: Cents): number => cents / 100;

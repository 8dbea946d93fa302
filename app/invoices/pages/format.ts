const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** `1234.50` becomes `$1,234.50`, by its digits: money is never a float. */
export const money = (decimal: string): string => `$${decimal.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',')}`;

/** An instant in ISO 8601 as a day, e.g. `3 Feb 2026`. Text that is no date passes unchanged. */
export function date(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : day.format(time);
}

/** The parts of an address that are there, as lines of one text each. */
export const addressLines = (parts: (string | null)[]): string[] =>
  parts.filter((part): part is string => Boolean(part));

/** `3 transactions`, `1 transaction`. */
export const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en-GB')} ${noun}${number === 1 ? '' : 's'}`;

/** A query string of those parameters that are set; empty if none is. */
export function query(parameters: Record<string, string | number | undefined | null>): string {
  const set = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)] as [string, string]],
  );
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}

/** The position without its leading zeros, for people. */
export const position = (txid: string): string => txid.replace(/^0+(?=.)/, '');

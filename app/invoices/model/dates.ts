/**
 * Chinook keeps an instant as the text `YYYY-MM-DD HH:MM:SS`, which sorts as it is. Seconds are the finest unit and the
 * time zone is UTC. The API speaks ISO 8601.
 */
export const toColumn = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ');

/** Whether a day or an instant has a year of four digits in UTC, as the column needs. */
export function isInRange(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && /^\d{4}-/.test(date.toISOString());
}

/** An instant of the database in ISO 8601. Text of another form, from an imported database, passes unchanged. */
export const fromColumn = (text: string): string =>
  /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/.test(text) ? `${text.slice(0, 10)}T${text.slice(11, 19)}Z` : text;

/** The first second of a day or the given instant, as the column has it. */
export const startOf = (text: string): string => (text.length === 10 ? `${text} 00:00:00` : toColumn(new Date(text)));

/** The last second of a day or the given instant, as the column has it. */
export const endOf = (text: string): string => (text.length === 10 ? `${text} 23:59:59` : toColumn(new Date(text)));

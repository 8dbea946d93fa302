import { z } from 'zod';

/** `*`, a number, a range or a list of them, perhaps with a step. */
function field(number: string): string {
  const item = `(\\*|(${number})(-(${number}))?)(/[1-9][0-9]?)?`;
  return `${item}(,${item})*`;
}

const MONTHS = '0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const FIELDS = [
  '[0-5]?[0-9]',
  '[01]?[0-9]|2[0-3]',
  '0?[1-9]|[12][0-9]|3[01]',
  MONTHS,
  '0?[0-6]|sun|mon|tue|wed|thu|fri|sat',
];

/** A schedule as CronJobs take it. */
export const cronSchedule = () =>
  z
    .string()
    .regex(new RegExp(`^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|${FIELDS.map(field).join(' ')})$`));

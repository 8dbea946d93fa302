import { z } from 'zod';
import { isInRange } from './dates.ts';
import { parseMoney } from './money.ts';
import { type Sort, sorts } from './sorts.ts';

/** A row's number: what SQLite keeps in a row id and JavaScript keeps exactly. */
const Id = z.int().min(1);
const QueryId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'a positive whole number')
  .transform(Number);
const Limit = (fallback: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, 'a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(max))
    .default(fallback);

/** Text that people type: no control characters, since they cannot be seen, and never longer than Chinook's column. */
const Text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .regex(/^[^\u0000-\u001f\u007f]*$/u, 'no control characters');

/** A day, or an instant. With its offset taken off, an instant may lie in the year 10000, or before the year 0. */
const Moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'a date such as 2026-01-31, or an instant such as 2026-01-31T12:00:00Z',
  })
  .refine(isInRange, { error: 'not between the years 0000 and 9999 in UTC' });
const Search = Text(100).optional();

/** An amount of money: a decimal with at most two places, as a string or a number. */
const Money = z.union([z.string(), z.number()]).refine((value) => parseMoney(value) !== undefined, {
  error: 'an amount such as 0.99: at most eight digits and two decimals',
});

export const InvoiceQuery = z.strictObject({
  limit: Limit(25, 200),
  cursor: z.string().optional(),
  sort: z.enum(Object.keys(sorts) as [Sort, ...Sort[]]).default('-date'),
  customerId: QueryId.optional(),
  from: Moment.optional(),
  to: Moment.optional(),
  q: Search,
});

export const SearchQuery = z.strictObject({ q: Search, limit: Limit(20, 100) });

export const NewInvoiceLine = z.strictObject({
  trackId: Id,
  quantity: z.int().min(1).max(10_000),
  unitPrice: Money.optional().describe('Default: the price of the track.'),
});

export const NewInvoice = z.strictObject({
  customerId: Id,
  invoiceDate: Moment.optional().describe('Default: now.'),
  billingAddress: Text(70).optional().describe("Without any billing field: the customer's address."),
  billingCity: Text(40).optional(),
  billingState: Text(40).optional(),
  billingCountry: Text(40).optional(),
  billingPostalCode: Text(10).optional(),
  lines: z.array(NewInvoiceLine).min(1, 'at least one line').max(1_000),
});

const Decimal = z
  .string()
  .regex(/^\d+\.\d\d$/)
  .describe('Decimal with two places.');
const Nullable = z.string().nullable();

export const Customer = z.object({
  customerId: Id,
  firstName: z.string(),
  lastName: z.string(),
  company: Nullable,
  address: Nullable,
  city: Nullable,
  state: Nullable,
  country: Nullable,
  postalCode: Nullable,
  email: z.string(),
});

export const Track = z.object({
  trackId: Id,
  name: z.string(),
  album: Nullable,
  artist: Nullable,
  unitPrice: Decimal,
});

export const InvoiceLine = z.object({
  invoiceLineId: Id,
  trackId: Id,
  track: z.string(),
  album: Nullable,
  artist: Nullable,
  unitPrice: Decimal,
  quantity: z.int(),
  amount: Decimal,
});

export const InvoiceSummary = z.object({
  invoiceId: Id,
  invoiceDate: z.string(),
  customerId: Id,
  customerName: z.string(),
  billingCity: Nullable,
  billingCountry: Nullable,
  total: Decimal,
});

export const Invoice = InvoiceSummary.extend({
  billingAddress: Nullable,
  billingState: Nullable,
  billingPostalCode: Nullable,
  customer: Customer,
  lines: z.array(InvoiceLine),
});

export const InvoiceList = z.object({
  items: z.array(InvoiceSummary),
  nextCursor: Nullable.describe('Where the next page begins; null on the last.'),
  previousCursor: Nullable.describe('Where the page before ends; null on the first.'),
});

export const CustomerList = z.object({ items: z.array(Customer) });
export const TrackList = z.object({ items: z.array(Track) });

export type InvoiceQuery = z.infer<typeof InvoiceQuery>;
export type SearchQuery = z.infer<typeof SearchQuery>;
export type NewInvoice = z.infer<typeof NewInvoice>;
export type Customer = z.infer<typeof Customer>;
export type Track = z.infer<typeof Track>;
export type InvoiceLine = z.infer<typeof InvoiceLine>;
export type InvoiceSummary = z.infer<typeof InvoiceSummary>;
export type Invoice = z.infer<typeof Invoice>;
export type InvoiceList = z.infer<typeof InvoiceList>;

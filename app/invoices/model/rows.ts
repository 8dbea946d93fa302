import { fromColumn as date } from './dates.ts';
import { fromColumn as cents, formatMoney } from './money.ts';
import type { Customer, InvoiceLine, InvoiceSummary, Track } from './schemas.ts';

/** An invoice in the list, as SQLite returns it. A customer may be missing in an imported database. */
export interface SummaryRow {
  InvoiceId: number;
  InvoiceDate: string;
  CustomerId: number;
  FirstName: string | null;
  LastName: string | null;
  BillingCity: string | null;
  BillingCountry: string | null;
  Total: number;
}

export interface CustomerRow {
  CustomerId: number;
  FirstName: string;
  LastName: string;
  Company: string | null;
  Address: string | null;
  City: string | null;
  State: string | null;
  Country: string | null;
  PostalCode: string | null;
  Email: string;
}

export interface TrackRow {
  TrackId: number;
  Name: string;
  Album: string | null;
  Artist: string | null;
  UnitPrice: number;
}

export interface LineRow extends Omit<TrackRow, 'Name'> {
  InvoiceLineId: number;
  Track: string | null;
  Quantity: number;
}

export const summary = (row: SummaryRow): InvoiceSummary => ({
  invoiceId: row.InvoiceId,
  invoiceDate: date(row.InvoiceDate),
  customerId: row.CustomerId,
  customerName: [row.FirstName, row.LastName].filter(Boolean).join(' '),
  billingCity: row.BillingCity,
  billingCountry: row.BillingCountry,
  total: formatMoney(cents(row.Total)),
});

export const customer = (row: CustomerRow): Customer => ({
  customerId: row.CustomerId,
  firstName: row.FirstName,
  lastName: row.LastName,
  company: row.Company,
  address: row.Address,
  city: row.City,
  state: row.State,
  country: row.Country,
  postalCode: row.PostalCode,
  email: row.Email,
});

export const track = (row: TrackRow): Track => ({
  trackId: row.TrackId,
  name: row.Name,
  album: row.Album,
  artist: row.Artist,
  unitPrice: formatMoney(cents(row.UnitPrice)),
});

export const line = (row: LineRow): InvoiceLine => ({
  invoiceLineId: row.InvoiceLineId,
  trackId: row.TrackId,
  track: row.Track ?? '',
  album: row.Album,
  artist: row.Artist,
  unitPrice: formatMoney(cents(row.UnitPrice)),
  quantity: row.Quantity,
  amount: formatMoney(cents(row.UnitPrice) * row.Quantity),
});

/** The form of a new invoice as it was sent: text, whether it makes sense or not. */
export interface InvoiceForm {
  customerId: string;
  customerQuery: string;
  trackQuery: string;
  invoiceDate: string;
  billing: Record<BillingField, string>;
  lines: { trackId: string; quantity: string }[];
  /** Made when the form is first shown, so that a form sent twice makes one invoice. */
  idempotencyKey: string;
}

export const billingFields = [
  'billingAddress',
  'billingCity',
  'billingState',
  'billingCountry',
  'billingPostalCode',
] as const;
export type BillingField = (typeof billingFields)[number];

/** More lines than this are not taken from a form; a program can send up to a thousand. */
const MAX_LINES = 200;

/**
 * Reads the fields of a form or query, and does what its button asks for: `choose` a customer, `change` the customer,
 * `add` a track, `remove` a line. So the form works without scripts.
 */
export function readForm(fields: Record<string, unknown>): InvoiceForm {
  const value = (name: string): string => text(fields[name]);
  const values = (name: string): string[] => texts(fields[name]);
  const quantities = values('quantity');
  const lines = values('trackId')
    .slice(0, MAX_LINES)
    .map((trackId, index) => ({ trackId, quantity: quantities[index] ?? '1' }));
  const added = value('add');
  const same = lines.find((line) => line.trackId === added);
  if (same) same.quantity = String((Number(same.quantity) || 0) + 1);
  else if (added) lines.push({ trackId: added, quantity: '1' });
  const removed = value('remove');
  return {
    customerId: value('choose') || (value('change') ? '' : value('customerId')),
    customerQuery: value('customerQuery'),
    trackQuery: value('trackQuery'),
    invoiceDate: value('invoiceDate'),
    billing: Object.fromEntries(billingFields.map((name) => [name, value(name)])) as InvoiceForm['billing'],
    lines: removed === '' ? lines : lines.filter((_, index) => index !== Number(removed)),
    idempotencyKey: value('idempotencyKey'),
  };
}

/** The form as the body of the API's `POST /api/invoices`; its schema then finds what is wrong. */
export function toInput({ customerId, invoiceDate, billing, lines }: InvoiceForm): Record<string, unknown> {
  const given = Object.entries({ invoiceDate, ...billing }).filter(([, value]) => value !== '');
  return {
    customerId: number(customerId),
    ...Object.fromEntries(given),
    lines: lines.map(({ trackId, quantity }) => ({ trackId: number(trackId), quantity: number(quantity) })),
  };
}

const number = (value: string): number | undefined => (value === '' ? undefined : Number(value));
const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(text) : value === undefined ? [] : [text(value)];

/** One order of the list. The invoice's number is always the second key, so that the order is total. */
export interface SortOrder {
  column: 'InvoiceDate' | 'Total' | 'InvoiceId';
  /** What `typeof` says of a value of the column. */
  type: 'string' | 'number';
  descending: boolean;
}

const order = (column: SortOrder['column'], type: SortOrder['type'], descending: boolean): SortOrder => ({
  column,
  type,
  descending,
});

/** The orders in which invoices can be listed. A minus sign means descending: the newest, or the largest, first. */
export const sorts = {
  '-date': order('InvoiceDate', 'string', true),
  date: order('InvoiceDate', 'string', false),
  '-total': order('Total', 'number', true),
  total: order('Total', 'number', false),
  '-number': order('InvoiceId', 'number', true),
  number: order('InvoiceId', 'number', false),
} as const satisfies Record<string, SortOrder>;

/** The name of an order, as in the parameter `sort`. */
export type Sort = keyof typeof sorts;

/** What the chart knows of the application: the invoice service of app/invoices, which LiteFS starts. */
export const application = {
  command: ['node', 'app/invoices/server.ts'],
  /** Name of the database in LiteFS's folder. */
  database: 'invoices.db',
} as const;

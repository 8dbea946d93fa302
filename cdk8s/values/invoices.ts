import { z } from 'zod';

/** What the invoice service reads from its environment, which runs as long as `app.image.repository` is empty. */
export const invoices = z.strictObject({
  sampleInvoices: z
    .int()
    .min(0)
    .max(100_000)
    .default(412)
    .describe('Number of generated invoices in a new, empty database. 0 leaves the database empty.'),
  bodyLimit: z
    .string()
    .regex(/^[1-9][0-9]{0,8}(b|kb|mb)$/)
    .default('100kb')
    .describe('The largest body of a request that is accepted.'),
  readCacheMebibytes: z
    .int()
    .min(0)
    .max(1_024)
    .default(32)
    .describe(
      'How many MiB of answers each pod caches in memory until the next transaction. 0 switches the cache off.',
    ),
});

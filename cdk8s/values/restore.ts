import { z } from 'zod';
import { optionalName } from './kubernetes/names.ts';
import { storeUrl } from './types.ts';

/** What an empty cluster fills itself from, before its first start. A volume that has data is never touched. */
export const restore = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Fill an empty volume from a backup before LiteFS starts. A volume with data stays as it is.'),
  url: storeUrl()
    .default('')
    .describe('Store to restore from. The store of `backup` if empty.')
    .meta({ examples: ['s3://my-bucket/invoices?region=eu-central-1'] }),
  timestamp: z
    .string()
    .regex(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?$/)
    .default('')
    .describe('Time to restore to: what was committed before. The newest state if empty.')
    .meta({ examples: ['2026-01-31T08:00:00Z'] }),
  txid: z
    .string()
    .regex(/^([0-9a-f]{16})?$/)
    .default('')
    .describe('Last transaction to restore, in 16 hexadecimal digits. The newest one if empty.'),
  lineage: z
    .string()
    .regex(/^([0-9a-f]{16})?$/)
    .default('')
    .describe(
      'History to restore from, as the command `list` of the backup program shows it. The newest one if empty.',
    ),
  ifNoBackup: z
    .enum(['fail', 'start'])
    .default('fail')
    .describe(
      'What happens if the store holds no backup. `fail`: the pods do not start. `start`: the pods start empty.',
    ),
  existingSecret: optionalName()
    .default('')
    .describe('Secret with the credentials of the store to restore from. `backup.existingSecret` if empty.'),
});

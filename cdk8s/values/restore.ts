import { z } from 'zod';
import { optionalName, storeUrl } from './types.ts';

/** What an empty cluster fills itself from, before its first start. A volume that has data is never touched. */
export const restore = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Fill a volume that is empty from a backup, before LiteFS starts. A volume with data is left as it is.'),
  url: storeUrl().default('').describe('Store to restore from. That of `backup` if empty.'),
  timestamp: z
    .string()
    .regex(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?$/)
    .default('')
    .describe(
      'Restore what was committed before this time, such as `2026-01-31T08:00:00Z`. The newest state if empty.',
    ),
  txid: z
    .string()
    .regex(/^([0-9a-f]{16})?$/)
    .default('')
    .describe('Restore up to this transaction, 16 hexadecimal digits. The newest one if empty.'),
  lineage: z
    .string()
    .regex(/^([0-9a-f]{16})?$/)
    .default('')
    .describe('History to restore from, as `backup list` shows it. The newest one if empty.'),
  ifNoBackup: z
    .enum(['fail', 'start'])
    .default('fail')
    .describe(
      'What to do when the store was reached and holds no backup: `fail`: the pods do not start; `start`: they start empty.',
    ),
  existingSecret: optionalName()
    .default('')
    .describe('Secret whose keys become environment variables, as `backup.existingSecret`, which it is if empty.'),
});

import { z } from 'zod';
import { dataKey, optionalName } from './kubernetes/names.ts';

/** When a write is acknowledged. */
export const replication = z.strictObject({
  ackReplicas: z
    .int()
    .min(0)
    .max(98)
    .default(0)
    .describe(
      'How many replicas must have a write before the write is acknowledged. With 1, the loss of one pod or one volume ' +
        'loses no acknowledged write. Have two more pods than that: with one more, writes are refused at each restart.',
    ),
  ackTimeoutMs: z
    .int()
    .min(1)
    .max(60_000)
    .default(2_000)
    .describe('How long the answer to a write waits for the replicas, in milliseconds.'),
  ackPolicy: z
    .enum(['refuse', 'acknowledge'])
    .default('refuse')
    .describe(
      'What happens to a write that too few replicas have in time. `refuse`: the answer is 503, or 504 if the outcome ' +
        'is unknown. `acknowledge`: the write is acknowledged, and a header says how many replicas have it.',
    ),
});

/** How the role of the primary moves on purpose. With a `static` lease it cannot. */
export const switchover = z.strictObject({
  timeoutMs: z
    .int()
    .min(100)
    .max(30_000)
    .default(5_000)
    .describe('How long a switchover may hold writes, in milliseconds. Must be less than `app.primaryWaitMs`.'),
  existingSecret: z.strictObject({
    name: optionalName()
      .default('')
      .describe(
        'Secret with a token of 16 characters or more, with which a client may ask for a switchover over HTTP. Nobody ' +
          'may if empty.',
      ),
    key: dataKey().default('token').describe('Key of the token in the Secret for switchovers.'),
  }),
});

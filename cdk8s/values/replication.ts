import { z } from 'zod';
import { optionalName } from './types.ts';

/** When a write is acknowledged. */
export const replication = z.strictObject({
  ackReplicas: z
    .int()
    .min(0)
    .max(98)
    .default(0)
    .describe(
      'How many replicas must have a write before it is acknowledged. With 1, no single pod or volume can lose it.',
    ),
  ackTimeoutMs: z
    .int()
    .min(1)
    .max(60_000)
    .default(2_000)
    .describe('How long the answer waits for them, in milliseconds.'),
  ackPolicy: z
    .enum(['refuse', 'acknowledge'])
    .default('refuse')
    .describe(
      'When too few replicas have it in time: `refuse`: writes are not taken, or answered with 504 (the outcome is unknown); `acknowledge`: they are acknowledged, and a header says so.',
    ),
});

/** How the primary's role is handed over. With a `static` lease it cannot be. */
export const switchover = z.strictObject({
  timeoutMs: z
    .int()
    .min(100)
    .max(30_000)
    .default(5_000)
    .describe('How long writes may be held for a hand-over, in milliseconds. Less than `app.primaryWaitMs`.'),
  existingSecret: z.strictObject({
    name: optionalName()
      .default('')
      .describe(
        'Secret with a token of 16 characters or more, which may ask for a hand-over over HTTP. Nobody may if empty.',
      ),
    key: z
      .string()
      .regex(/^[-._a-zA-Z0-9]+$/)
      .default('token')
      .describe('Key of the token in the Secret.'),
  }),
});

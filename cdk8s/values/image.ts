import { z } from 'zod';

/** Which image a container runs. */
export const imageValues = (repository: string, what: string) =>
  z.strictObject({
    repository: z
      .string()
      .regex(/^[A-Za-z0-9][-A-Za-z0-9._:/]*$/)
      .default(repository)
      .describe(`Image of ${what}.`),
    tag: z
      .string()
      .regex(/^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/)
      .default('')
      .describe(`Tag of the image of ${what}. The appVersion of the chart if empty.`),
    digest: z
      .string()
      .regex(/^(sha256:[a-f0-9]{64})?$/)
      .default('')
      .describe(`Digest of the image of ${what} (\`sha256:…\`). Decides instead of the tag if both are set.`),
    pullPolicy: z
      .enum(['Always', 'IfNotPresent', 'Never'])
      .default('IfNotPresent')
      .describe(`When to pull the image of ${what}.`),
  });

import { z } from 'zod';
import { TOKEN_COOKIE } from '../liteset/answers/token.ts';
import { camelCase } from '../liteset/lib/camel-case.ts';
import { readEnv } from '../liteset/lib/read-env.ts';
import { bytes, flag, grouped, memberEnv, milliseconds, port } from '../liteset/member-env.ts';

/** The environment variables of this program. docs/reference/environment.md is made from this. */
export const Env = z.object({
  PORT: port.default(8080).describe('Where the application answers.'),
  DATABASE_PATH: z.string().default('/litefs/invoices.db').describe('The database, in the folder that LiteFS mounts.'),
  LITEFS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('HTTP interface of LiteFS. Without it the database is a plain file.'),
  PRIMARY_WAIT_MS: milliseconds.default(10_000).describe('How long a write waits for a primary, in milliseconds.'),
  READ_WAIT_MS: milliseconds
    .default(1_000)
    .describe('How long a read waits on a replica for the write of its client, in milliseconds.'),
  WRITE_GROUP: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(256)
    .describe('How many writes share one transaction at most. 1 gives each its own.'),
  WRITER_THREAD: flag.default(true).describe('Whether writes have a thread of their own.'),
  SHARED_READS: flag.default(true).describe('Whether reads of the same moment share a transaction.'),
  READ_CACHE_BYTES: bytes
    .default(32 * 1024 * 1024)
    .describe('How many bytes of answers are kept until the next transaction. 0: none.'),
  SAMPLE_INVOICES: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe('How many invoices a new database is filled with.'),
  BODY_LIMIT: z
    .string()
    .regex(/^\d+(b|kb|mb)$/i, 'a number with b, kb or mb')
    .default('100kb')
    .describe('Longest request body.'),
  TOKEN_COOKIE: z
    .string()
    .regex(/^[\w.-]+$/, 'letters, digits, dots, hyphens and underscores')
    .default(TOKEN_COOKIE)
    .describe('Name of the cookie that carries what the client has seen. Two clusters on one host need two names.'),
  TRUSTED_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .describe('Origins whose pages may write here beside those of this host, with commas between them.'),
  TRUST_PROXY: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('How many proxies in front are trusted to say who the client is (`X-Forwarded-For`).'),
  ...memberEnv,
});

const Settings = Env.transform((env) => {
  const { options, others } = grouped(env);
  return { ...camelCase(others), ...options };
});

/** `100kb` in bytes. */
export function bytesOf(size: string): number {
  const [, number, unit] = /^(\d+)(b|kb|mb)$/i.exec(size) ?? [];
  return Number(number) * { b: 1, kb: 1024, mb: 1024 * 1024 }[unit?.toLowerCase() as 'b' | 'kb' | 'mb'];
}

/** The environment variables that are read. The chart sets no others. */
export type Variables = z.input<typeof Env>;

/** What the environment says, checked. Times are in milliseconds. */
export type Config = z.output<typeof Settings>;

/** Reads the configuration; see `readEnv`. */
export const readConfig = (env: Record<string, string | undefined>): Config => readEnv(Settings, env);

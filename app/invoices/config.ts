import { hostname } from 'node:os';
import { z } from 'zod';
import { TOKEN_COOKIE } from '../liteset/answers/token.ts';
import { camelCase } from '../liteset/lib/camel-case.ts';
import { readEnv } from '../liteset/lib/read-env.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(600_000);
const bytes = z.coerce.number().int().min(0);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The environment variables of this program. docs/reference/environment.md is made from this. */
export const Env = z.object({
  PORT: port.default(8080).describe('Where the application answers.'),
  DATABASE_PATH: z.string().default('/litefs/invoices.db').describe('The database, in the folder that LiteFS mounts.'),
  LITEFS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('HTTP interface of LiteFS. Without it the database is a plain file.'),
  POD_NAME: z.string().default(hostname()).describe('Name of this pod, as the others know it.'),
  PEERS: z.string().optional().describe('Domain below which each pod has its name.'),
  PEER_PORT: port.default(8080).describe('Where the other pods answer.'),
  STATUS_PORT: port
    .optional()
    .describe(
      'Where probes, metrics and status are answered, on every pod. Without it on `PORT`, where clients see them.',
    ),
  PRIMARY_WAIT_MS: milliseconds.default(10_000).describe('How long a write waits for a primary, in milliseconds.'),
  READ_WAIT_MS: milliseconds
    .default(1_000)
    .describe('How long a read waits on a replica for the write of its client, in milliseconds.'),
  WAITING_REQUESTS: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(1_000)
    .describe('How many writes may wait for a primary at a time.'),
  WAITING_BYTES: bytes.default(64 * 1024 * 1024).describe('How many bytes the bodies of waiting writes may have.'),
  CLUSTER_PORT: port
    .optional()
    .describe("Port between the pods' middlewares. Without it there are no switchovers and no acknowledgements."),
  SWITCHOVER: flag.default(false).describe('Whether the lease can move.'),
  SWITCHOVER_MS: milliseconds.default(5_000).describe('How long writes may be held for a switchover, in milliseconds.'),
  SWITCHOVER_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('Token of 16 characters or more that may ask for a switchover over HTTP. Without it nobody may.'),
  FENCE_URL: z
    .url({ protocol: /^http$/ })
    .optional()
    .describe("Where the sidecar reports the end of this pod's lease."),
  ACK_REPLICAS: z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe('How many replicas must have a write before it is acknowledged.'),
  ACK_TIMEOUT_MS: milliseconds.default(2_000).describe('How long a write waits for replicas, in milliseconds.'),
  ACK_POLICY: z
    .enum(['refuse', 'acknowledge'])
    .default('refuse')
    .describe('What happens to a write that too few replicas have in time.'),
  LTX_DIR: z
    .string()
    .optional()
    .describe("Folder of LiteFS's transactions of the database. Used if `KEEP_DISCARDED_IN` is set, too."),
  KEEP_DISCARDED_IN: z.string().optional().describe('Where transactions are kept that the cluster goes on without.'),
  VOLUME_DIR: z
    .string()
    .optional()
    .describe('A folder on the volume of the database. Without it nobody looks how much room there is.'),
  RESERVE_BYTES: bytes
    .default(64 * 1024 * 1024)
    .describe('With less free on the volume than that, or than a tenth of it, no write is taken.'),
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
  KEEP_ALIVE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(3_660)
    .describe('How long an idle connection stays open: longer than the proxy in front keeps it.'),
  MAX_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(4_000)
    .describe('How many connections there may be. One more ends the one that has waited longest for a request.'),
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
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('The least important messages that are logged.'),
  TRUST_PROXY: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('How many proxies in front are trusted to say who the client is (`X-Forwarded-For`).'),
});

const Settings = Env.transform(({ POD_NAME, LTX_DIR, KEEP_DISCARDED_IN, VOLUME_DIR, RESERVE_BYTES, ...others }) => ({
  ...camelCase(others),
  pod: POD_NAME,
  keep: LTX_DIR && KEEP_DISCARDED_IN ? { ltx: LTX_DIR, into: KEEP_DISCARDED_IN } : undefined,
  volume: VOLUME_DIR ? { folder: VOLUME_DIR, reserveBytes: RESERVE_BYTES } : undefined,
}));

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

import { hostname } from 'node:os';
import { z } from 'zod';
import { camelCase, readEnv } from '../liteset/lib/read-env.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(600_000);
const bytes = z.coerce.number().int().min(0);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The environment variables of this program. docs/reference/environment.md is made from this. */
export const Env = z.object({
  PORT: port.default(8080),
  DATABASE_PATH: z.string().default('/litefs/invoices.db'),
  /** Without it the database is a plain file. */
  LITEFS_URL: z.url({ protocol: /^https?$/ }).optional(),
  POD_NAME: z.string().default(hostname()),
  /** Domain below which each pod has its name. */
  PEERS: z.string().optional(),
  PEER_PORT: port.default(8080),
  /** How long a write waits for a primary, and a read for the write of its client. */
  PRIMARY_WAIT_MS: milliseconds.default(10_000),
  READ_WAIT_MS: milliseconds.default(1_000),
  /** How many requests, and how many bytes of them, may wait for a primary. */
  WAITING_REQUESTS: z.coerce.number().int().min(0).max(1_000_000).default(1_000),
  WAITING_BYTES: bytes.default(64 * 1024 * 1024),
  /** Port between the pods' middlewares; without it there are no switchovers and no acknowledgements. */
  CLUSTER_PORT: port.optional(),
  /** Whether the lease can move. */
  SWITCHOVER: flag.default(false),
  SWITCHOVER_MS: milliseconds.default(5_000),
  SWITCHOVER_TOKEN: z.string().min(16).optional(),
  /** Where the end of this pod's lease is told. */
  FENCE_URL: z.url({ protocol: /^http$/ }).optional(),
  /** How many replicas must have a write before it is answered. */
  ACK_REPLICAS: z.coerce.number().int().min(0).max(100).default(0),
  ACK_TIMEOUT_MS: milliseconds.default(2_000),
  ACK_POLICY: z.enum(['refuse', 'acknowledge']).default('refuse'),
  /** LiteFS's LTX files of the database, and where those are kept that it discards; both or nothing. */
  LTX_DIR: z.string().optional(),
  KEEP_DISCARDED_IN: z.string().optional(),
  /** How many writes share one transaction at the most; 1 gives each its own. */
  WRITE_GROUP: z.coerce.number().int().min(1).max(10_000).default(256),
  /** Whether the writes of requests have a thread of their own. */
  WRITER_THREAD: flag.default(true),
  /** Whether reads of the same moment share a transaction. */
  SHARED_READS: flag.default(true),
  /** How many bytes of answers are kept until the next transaction; 0: none. */
  READ_CACHE_BYTES: bytes.default(32 * 1024 * 1024),
  /** How many invoices a new database is filled with. */
  SAMPLE_INVOICES: z.coerce.number().int().min(0).max(100_000).default(0),
  /** Longest request body, e.g. `100kb`. */
  BODY_LIMIT: z
    .string()
    .regex(/^\d+(b|kb|mb)$/i, 'a number with b, kb or mb')
    .default('100kb'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** How many reverse proxies in front are believed. */
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
});

const Settings = Env.transform(({ POD_NAME, LTX_DIR, KEEP_DISCARDED_IN, ...others }) => ({
  ...camelCase(others),
  pod: POD_NAME,
  keep: LTX_DIR && KEEP_DISCARDED_IN ? { ltx: LTX_DIR, into: KEEP_DISCARDED_IN } : undefined,
}));

/** The environment variables that are read. The chart sets no others. */
export type Variables = z.input<typeof Env>;

/** What the environment says, checked. Times are in milliseconds. */
export type Config = z.output<typeof Settings>;

/** Reads the configuration; see `readEnv`. */
export const readConfig = (env: Record<string, string | undefined>): Config => readEnv(Settings, env);

import { hostname } from 'node:os';
import { z } from 'zod';
import { readEnv } from '../liteset/lib/read-env.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(600_000);
const bytes = z.coerce.number().int().min(0);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The environment variables of this program. docs/reference/environment.md is made from this. */
export const Env = z.object({
  PORT: port.default(8080),
  DATABASE_PATH: z.string().default('/litefs/invoices.db'),
  LITEFS_URL: z.url({ protocol: /^https?$/ }).optional(),
  POD_NAME: z.string().default(hostname()),
  PEERS: z.string().optional(),
  PEER_PORT: port.default(8080),
  PRIMARY_WAIT_MS: milliseconds.default(10_000),
  READ_WAIT_MS: milliseconds.default(1_000),
  WAITING_REQUESTS: z.coerce.number().int().min(0).max(1_000_000).default(1_000),
  WAITING_BYTES: bytes.default(64 * 1024 * 1024),
  CLUSTER_PORT: port.optional(),
  SWITCHOVER: flag.default(false),
  SWITCHOVER_MS: milliseconds.default(5_000),
  SWITCHOVER_TOKEN: z.string().min(16).optional(),
  FENCE_URL: z.url({ protocol: /^http$/ }).optional(),
  ACK_REPLICAS: z.coerce.number().int().min(0).max(100).default(0),
  ACK_TIMEOUT_MS: milliseconds.default(2_000),
  LTX_DIR: z.string().optional(),
  KEEP_DISCARDED_IN: z.string().optional(),
  ACK_POLICY: z.enum(['refuse', 'acknowledge']).default('refuse'),
  WRITE_GROUP: z.coerce.number().int().min(1).max(10_000).default(256),
  WRITER_THREAD: flag.default(true),
  SHARED_READS: flag.default(true),
  READ_CACHE_BYTES: bytes.default(32 * 1024 * 1024),
  SAMPLE_INVOICES: z.coerce.number().int().min(0).max(100_000).default(0),
  BODY_LIMIT: z
    .string()
    .regex(/^\d+(b|kb|mb)$/i, 'a number with b, kb or mb')
    .default('100kb'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
});

/** What the environment says, checked. Times are in milliseconds. Without `litefsUrl` the database is a plain file. */
export interface Config {
  port: number;
  databasePath: string;
  litefsUrl: string | undefined;
  pod: string;
  peers: string | undefined;
  peerPort: number;
  primaryWaitMs: number;
  readWaitMs: number;
  /** How many requests, and how many bytes of them, may wait for a primary. */
  waitingRequests: number;
  waitingBytes: number;
  /** Port between the pods' middlewares; without it there are no switchovers and no acknowledgements. */
  clusterPort: number | undefined;
  /** Whether the lease can move. */
  switchover: boolean;
  switchoverMs: number;
  switchoverToken: string | undefined;
  /** Where the end of this pod's lease is told. */
  fenceUrl: string | undefined;
  /** How many replicas must have a write before it is answered. */
  ackReplicas: number;
  ackTimeoutMs: number;
  ackPolicy: 'refuse' | 'acknowledge';
  /** LiteFS's LTX files of the database, and where those are kept that it discards; both or nothing. */
  keep: { ltx: string; into: string } | undefined;
  /** How many writes share one transaction at the most; 1 gives each its own. */
  writeGroup: number;
  /** Whether the writes of requests have a thread of their own. */
  writerThread: boolean;
  /** Whether reads of the same moment share a transaction. */
  sharedReads: boolean;
  /** How many bytes of answers are kept until the next transaction; 0: none. */
  readCacheBytes: number;
  /** How many invoices a new database is filled with. */
  sampleInvoices: number;
  /** Longest request body, e.g. `100kb`. */
  bodyLimit: string;
  logLevel: string;
  /** How many reverse proxies in front are believed. */
  trustProxy: number;
}

/** Reads the configuration; see `readEnv`. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const e = readEnv(Env, env);
  return {
    port: e.PORT,
    databasePath: e.DATABASE_PATH,
    litefsUrl: e.LITEFS_URL,
    pod: e.POD_NAME,
    peers: e.PEERS,
    peerPort: e.PEER_PORT,
    primaryWaitMs: e.PRIMARY_WAIT_MS,
    readWaitMs: e.READ_WAIT_MS,
    waitingRequests: e.WAITING_REQUESTS,
    waitingBytes: e.WAITING_BYTES,
    clusterPort: e.CLUSTER_PORT,
    switchover: e.SWITCHOVER,
    switchoverMs: e.SWITCHOVER_MS,
    switchoverToken: e.SWITCHOVER_TOKEN,
    fenceUrl: e.FENCE_URL,
    ackReplicas: e.ACK_REPLICAS,
    ackTimeoutMs: e.ACK_TIMEOUT_MS,
    ackPolicy: e.ACK_POLICY,
    keep: e.LTX_DIR && e.KEEP_DISCARDED_IN ? { ltx: e.LTX_DIR, into: e.KEEP_DISCARDED_IN } : undefined,
    writeGroup: e.WRITE_GROUP,
    writerThread: e.WRITER_THREAD,
    sharedReads: e.SHARED_READS,
    readCacheBytes: e.READ_CACHE_BYTES,
    sampleInvoices: e.SAMPLE_INVOICES,
    bodyLimit: e.BODY_LIMIT,
    logLevel: e.LOG_LEVEL,
    trustProxy: e.TRUST_PROXY,
  };
}

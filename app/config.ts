import { hostname } from 'node:os';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(600_000);

const Env = z.object({
  PORT: port.default(8080),
  DATABASE_PATH: z.string().default('/litefs/invoices.db'),
  LITEFS_URL: z.url({ protocol: /^https?$/ }).optional(),
  POD_NAME: z.string().default(hostname()),
  PEERS: z.string().optional(),
  PEER_PORT: port.default(8080),
  PRIMARY_WAIT_MS: milliseconds.default(10_000),
  READ_WAIT_MS: milliseconds.default(1_000),
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
  /** How many invoices a new database is filled with. */
  sampleInvoices: number;
  /** Longest request body, e.g. `100kb`. */
  bodyLimit: string;
  logLevel: string;
  /** How many reverse proxies in front are believed. */
  trustProxy: number;
}

/** Reads the configuration. Throws one error that names every bad variable. An empty variable counts as unset. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = Env.safeParse(set);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not usable:\n${lines.join('\n')}`);
  }
  const {
    PORT,
    DATABASE_PATH,
    LITEFS_URL,
    POD_NAME,
    PEERS,
    PEER_PORT,
    PRIMARY_WAIT_MS,
    READ_WAIT_MS,
    SAMPLE_INVOICES,
    BODY_LIMIT,
    LOG_LEVEL,
    TRUST_PROXY,
  } = result.data;
  return {
    port: PORT,
    databasePath: DATABASE_PATH,
    litefsUrl: LITEFS_URL,
    pod: POD_NAME,
    peers: PEERS,
    peerPort: PEER_PORT,
    primaryWaitMs: PRIMARY_WAIT_MS,
    readWaitMs: READ_WAIT_MS,
    sampleInvoices: SAMPLE_INVOICES,
    bodyLimit: BODY_LIMIT,
    logLevel: LOG_LEVEL,
    trustProxy: TRUST_PROXY,
  };
}

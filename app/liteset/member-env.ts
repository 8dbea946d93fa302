import { hostname } from 'node:os';
import { z } from 'zod';

/** A TCP port; 0 for one that is free. */
export const port = z.coerce.number().int().min(0).max(65_535);
export const milliseconds = z.coerce.number().int().min(0).max(600_000);
export const bytes = z.coerce.number().int().min(0);
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The environment variables by which a program is told of its cluster, whatever else it is told. */
export const memberEnv = {
  POD_NAME: z.string().default(hostname()).describe('Name of this pod, as the others know it.'),
  PEERS: z.string().optional().describe('Domain below which each pod has its name.'),
  PEER_PORT: port.default(8080).describe('Where the other pods answer.'),
  STATUS_PORT: port
    .optional()
    .describe(
      'Where probes, metrics and status are answered, on every pod. Without it on `PORT`, where clients see them.',
    ),
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
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('The least important messages that are logged.'),
};

/** What several of the variables say together. */
interface Grouped {
  POD_NAME: string;
  LTX_DIR?: string | undefined;
  KEEP_DISCARDED_IN?: string | undefined;
  VOLUME_DIR?: string | undefined;
  RESERVE_BYTES: number;
}

/** Those as options of `liteset()`, and the other variables. */
export function grouped<Env extends Grouped>(env: Env) {
  const { POD_NAME, LTX_DIR, KEEP_DISCARDED_IN, VOLUME_DIR, RESERVE_BYTES, ...others } = env;
  const options = {
    pod: POD_NAME,
    keep: LTX_DIR && KEEP_DISCARDED_IN ? { ltx: LTX_DIR, into: KEEP_DISCARDED_IN } : undefined,
    volume: VOLUME_DIR ? { folder: VOLUME_DIR, reserveBytes: RESERVE_BYTES } : undefined,
  };
  return { options, others };
}

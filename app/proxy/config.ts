import { z } from 'zod';
import { camelCase } from '../liteset/lib/camel-case.ts';
import { readEnv } from '../liteset/lib/read-env.ts';
import { grouped, memberEnv, milliseconds, port } from '../liteset/member-env.ts';

/** The environment variables of this program. docs/reference/environment.md is made from this. */
export const Env = z.object({
  PORT: port.default(8080).describe('Where requests are taken.'),
  APP_PORT: port.min(1).describe('Where the application answers, on 127.0.0.1.'),
  AGENT_SOCKET: z
    .string()
    .default('/run/liteset/agent.sock')
    .describe("Socket of the agent in the application's container."),
  DATABASE: z
    .string()
    .regex(/^[^/]+$/, 'a name without slashes')
    .describe('Name of the database, as LiteFS has it.'),
  LITEFS_URL: z
    .url({ protocol: /^http$/ })
    .default('http://127.0.0.1:20202')
    .describe('HTTP interface of LiteFS.'),
  READY_PATH: z
    .string()
    .startsWith('/')
    .optional()
    .describe(
      'What the application answers with less than 400 when it is ready. Without it, it is when it takes connections.',
    ),
  SETTLE_MS: milliseconds
    .default(2_000)
    .describe('How long an answer waits until LiteFS has all that was written, in milliseconds.'),
  STOP_MS: milliseconds
    .default(60_000)
    .describe('How long the agent may take to stop the application for a switchover, in milliseconds.'),
  PRIMARY_WAIT_MS: milliseconds
    .default(30_000)
    .describe('How long a request waits for a primary whose application answers, in milliseconds.'),
  ...memberEnv,
});

const Settings = Env.transform((env) => {
  const { options, others } = grouped(env);
  return { ...camelCase(others), ...options };
});

/** The environment variables that are read. The chart sets no others. */
export type Variables = z.input<typeof Env>;

/** What the environment says, checked. Times are in milliseconds. */
export type Config = z.output<typeof Settings>;

/** Reads the configuration; see `readEnv`. */
export const readConfig = (env: Record<string, string | undefined>): Config => readEnv(Settings, env);

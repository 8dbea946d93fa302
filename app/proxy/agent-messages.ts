import { z } from 'zod';

/** What the agent does with the application. */
const state = z.enum(['stopped', 'migrating', 'starting', 'running', 'stopping']);
export type AgentState = z.infer<typeof state>;

const position = z.string().regex(/^[0-9a-f]{16}\/[0-9a-f]{16}$/);

/** Not a record of zod's: that leaves a database out whose name is `__proto__`. */
const positions = z
  .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
  .transform((named) => Object.entries(named))
  .pipe(z.array(z.tuple([z.string(), position])))
  .transform((entries) => new Map(entries));

/** The answers to what the proxy asks, by what it asks. */
export const answers = {
  /** Where each database of the mount stands, as `<TXID>/<checksum>`. */
  positions: z.object({ positions }),
  hold: z.object({ state }),
  release: z.object({ state }),
  status: z.object({
    state,
    primary: z.boolean(),
    litefs: z.enum(['running', 'starting', 'stopped']),
    databases: z.array(z.string()),
  }),
  left: z.object({}),
} as const;

export type Order = keyof typeof answers;
export type Answer<Asked extends Order> = z.infer<(typeof answers)[Asked]>;

const event = z.discriminatedUnion('event', [
  z.object({ event: z.literal('state'), state }),
  z.object({ event: z.literal('terminating') }),
]);
/** What the agent says unasked. */
export type AgentEvent = z.infer<typeof event>;

const refused = z.object({ error: z.string(), database: z.string().optional(), detail: z.string().optional() });

/** One line of the agent's. */
export const agentLine = z.union([event, z.looseObject({ id: z.number().int() })]);

/**
 * Reads the answer to what was asked.
 *
 * @throws what the agent says is wrong, or an error of zod's if it is no such answer.
 */
export function readAnswer<Asked extends Order>(asked: Asked, line: object): Answer<Asked> {
  const refusal = refused.safeParse(line).data;
  if (refusal) {
    const about = [refusal.database, refusal.detail].filter(Boolean).join(': ');
    throw new Error(about ? `${refusal.error} (${about})` : refusal.error);
  }
  return answers[asked].parse(line) as Answer<Asked>;
}

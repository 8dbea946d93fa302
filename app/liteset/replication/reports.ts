import { z } from 'zod';
import { fromLine, toLine } from '../lib/json-lines.ts';
import { formatPosition, type Position, parsePosition } from '../litefs/position.ts';
import { parsePositions } from '../litefs/positions.ts';

/** Where a replica reports its positions, on the cluster port of the primary. */
export const POSITIONS_PATH = '/liteset/positions';

/** How often each side of a stream of reports says that it is there, in milliseconds. */
export const HEARTBEAT_MS = 2_000;
/** After how long a silence the other side counts as gone, in milliseconds: packets may be dropped without a word. */
export const SILENCE_MS = 3 * HEARTBEAT_MS;

const position = z
  .string()
  .transform(parsePosition)
  .pipe(z.object({ txid: z.string(), checksum: z.string() }));

const report = z.object({
  pod: z.string().min(1),
  position,
  /** Whether LiteFS lets this pod become the primary. */
  candidate: z.boolean(),
  /** Whether its LiteFS follows a primary. Without, it may be level by chance, and cannot be handed the lease. */
  following: z.boolean(),
  /** Whether this pod is going down. */
  leaving: z.boolean(),
  /** Whether its volume has less room than its reserve; not said where nobody looks. */
  short: z.boolean().optional(),
  /** Whether this pod has become the primary: the last report of a stream. */
  primary: z.boolean(),
  /** Its host name as LiteFS tells it; empty if it does not know it. Set with `primary`. */
  host: z.string().optional(),
  /** Why it has not become the primary although it was told to: LiteFS has refused. */
  refusal: z.string().optional(),
  /** Whether it wants to be told that the primary's history has its position, see `Vouched`. */
  asks: z.boolean().optional(),
  /** What it had when a snapshot took the place of its history, oldest first. */
  replaced: z.array(position).optional(),
});
/** One line from a replica to the primary: all that it has to say, so that the last line is all one has to know. */
export type Report = z.infer<typeof report>;

const order = z.object({
  /** Have LiteFS promote you, if this is your position. */
  promote: position.optional(),
  /** Where all databases of the primary stand, if there may be more than one: with `promote`, those that you have to have first. */
  all: z
    .unknown()
    .transform((value) => parsePositions(JSON.stringify(value ?? {})))
    .optional(),
  /** Host name of the pod that has taken over. */
  primary: z.string().optional(),
  /** The primary's history has what you have reported. */
  vouched: z.literal(true).optional(),
  /** How far the primary is: part of each heartbeat. */
  position: position.optional(),
  /** Those of your replaced transactions that are not in the primary's history. */
  discarded: z.array(position).optional(),
});
/** One line from the primary to a replica. */
export type Order = z.infer<typeof order>;

/** Writes a line of either kind. */
export function formatLine(message: Report | Order): string {
  return toLine(message, (_key, value) => (isPosition(value) ? formatPosition(value) : value));
}

/** Reads a report; undefined if it is none. */
export const parseReport = (line: string): Report | undefined => fromLine(report, line);
/** Reads an order; undefined if it is none. */
export const parseOrder = (line: string): Order | undefined => fromLine(order, line);

const isPosition = (value: unknown): value is Position =>
  typeof value === 'object' && value !== null && 'txid' in value && 'checksum' in value;

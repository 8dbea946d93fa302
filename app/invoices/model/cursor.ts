import { z } from 'zod';
import { Problem } from '../../liteset/problem/problem.ts';
import { problems } from '../errors.ts';
import { type Sort, sorts } from './sorts.ts';

/** A place in a sorted list: the row there, and in which direction to read on from it. */
export interface Cursor {
  sort: Sort;
  direction: 'after' | 'before';
  /** What the row is sorted by, as the column holds it. */
  value: string | number;
  id: number;
}

const Packed = z.tuple([
  z.enum(Object.keys(sorts) as [Sort, ...Sort[]]),
  z.enum(['after', 'before']),
  z.union([z.string().max(40), z.number()]),
  z.int().min(0),
]);

/** Packs a cursor into the opaque text that clients hand back. */
export function encodeCursor({ sort, direction, value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, direction, value, id])).toString('base64url');
}

/** Unpacks a cursor. Throws the problem `bad-cursor` if it was not made by `encodeCursor`, or for another order. */
export function decodeCursor(text: string, sort: Sort): Cursor {
  const result = Packed.safeParse(unpack(text));
  if (!result.success || result.data[0] !== sort || typeof result.data[2] !== sorts[sort].type) {
    throw new Problem(problems.badCursor, 'Take the cursor from an answer of this list with the same order.');
  }
  const [, direction, value, id] = result.data;
  return { sort, direction, value, id };
}

function unpack(text: string): unknown {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

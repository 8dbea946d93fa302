import type { z } from 'zod';
import type { ProblemType } from '../../liteset/problem/problem.ts';
import { type FieldError, invalid, MOST_ERRORS } from '../errors.ts';

/** One more than are named, so that the answer can say that there are more. */
const LOOKED_AT = MOST_ERRORS + 1;

/** Checks a value. Throws a problem of the given kind that names the first bad fields. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  problem: ProblemType,
): z.infer<Schema> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  throw invalid(problem, result.error.issues.slice(0, LOOKED_AT).flatMap(toFieldErrors));
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, LOOKED_AT)
      .map((key) => ({ field: fieldName([...issue.path, key]), message: 'is not known here' }));
  }
  return [{ field: fieldName(issue.path), message: issue.message }];
}

/** `lines[0].quantity`; the whole value is called `body`. */
function fieldName(path: PropertyKey[]): string {
  const name = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return name.replace(/^\./, '').slice(0, 100) || 'body';
}

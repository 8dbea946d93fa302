import type { z } from 'zod';
import type { ProblemType } from '../../liteset/problem/problem.ts';
import { type FieldError, invalid } from '../errors.ts';

/** Checks a value. Throws a problem of the given kind that names every bad field. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  problem: ProblemType,
): z.infer<Schema> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  throw invalid(problem, result.error.issues.flatMap(toFieldErrors));
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: fieldName([...issue.path, key]), message: 'is not known here' }));
  }
  return [{ field: fieldName(issue.path), message: issue.message }];
}

/** `lines[0].quantity`; the whole value is called `body`. */
function fieldName(path: PropertyKey[]): string {
  const name = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return name.replace(/^\./, '').slice(0, 100) || 'body';
}

import { Problem } from '../../../app/liteset/problem/problem.ts';
import { explainSqlite } from '../../../app/liteset/problem/sqlite-problem.ts';

const of = (code: string) => Object.assign(new Error('its words'), { code });

test.each([
  ['SQLITE_CONSTRAINT_UNIQUE', 409],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 409],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 409],
  ['SQLITE_CONSTRAINT_CHECK', 422],
  ['SQLITE_CONSTRAINT_TRIGGER', 422],
  ['SQLITE_CONSTRAINT_DATATYPE', 422],
  ['SQLITE_MISMATCH', 422],
  ['SQLITE_TOOBIG', 413],
  ['SQLITE_FULL', 507],
  ['SQLITE_BUSY_SNAPSHOT', 503],
  ['SQLITE_LOCKED', 503],
  ['SQLITE_PROTOCOL', 503],
  ['SQLITE_CORRUPT_VTAB', 503],
  ['SQLITE_IOERR_WRITE', 503],
  ['SQLITE_READONLY', 503],
  ['SQLITE_NOMEM', 503],
])('%s is a problem of status %s with the words of SQLite, and with Retry-After if it may pass', (code, status) => {
  const problem = explainSqlite(of(code)) as Problem;
  expect(problem).toBeInstanceOf(Problem);
  expect([problem.status, problem.headers]).toEqual([status, status === 503 ? { 'Retry-After': '1' } : {}]);
  expect(problem.message).toContain('its words');
});

test.each([
  of('SQLITE_ERROR'),
  of('EACCES'),
  new Problem({ type: 'x', status: 404, title: 'x' }, 'x'),
  'text',
  undefined,
])('%p stays what it is', (error) => {
  expect(explainSqlite(error)).toBe(error);
});

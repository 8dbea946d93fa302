import { problems as ofInvoices } from '../../app/invoices/errors.ts';
import { type ListedProblem, problems as ofLiteset } from '../../app/liteset/problem/types.ts';
import { code, page, table } from './markdown.ts';

/** The problems that a client can meet. */
export const problems = (): string =>
  page(
    'Problems',
    'This page lists every error that a client can get, and what a client does about each. Errors are\n[RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem details: `type`, `title`, `status` and `detail`. The types\nare stable, so that programs may compare them. The `detail` is for people.',
    'A response with `Retry-After` may be repeated after that many seconds. What an operator does about a problem is in the\n[runbook of the lease](../how-to/runbooks/lease.md).',
    '## From Liteset',
    tableOf(ofLiteset),
    '## From the invoice service',
    tableOf(ofInvoices),
  );

const tableOf = (problems: Readonly<Record<string, ListedProblem>>): string =>
  table(
    ['Type', 'Status', 'Title', 'What the client does'],
    Object.values(problems).map(({ type, status, title, advice }) => [code(type), `${status}`, title, advice]),
  );

import { hostname } from 'node:os';
import { z } from 'zod';
import { Env as ofInvoices } from '../../app/invoices/config.ts';
import { Env as ofLease } from '../../app/lease/config.ts';
import { Env as ofProxy } from '../../app/proxy/config.ts';
import { code, page, table } from './markdown.ts';

/** The environment variables of the programs in TypeScript. */
export const environment = (): string =>
  page(
    'Environment variables',
    'This page lists every environment variable that the programs read. The chart sets most of them from its\n[values](values.md). A variable that is empty counts as unset. A program that finds a bad one names it and ends.',
    '## The application',
    tableOf(ofInvoices),
    '## The proxy before an application that knows nothing of Liteset',
    tableOf(ofProxy),
    '## The sidecar of the lease',
    tableOf(ofLease),
    '## The backup program',
    'It is told everything by flags, which are on [its own page](backup.md). From the environment it reads the credentials of\nthe store, as Litestream does (`AWS_ACCESS_KEY_ID` and so on), and `KUBERNETES_SERVICE_HOST` and\n`KUBERNETES_SERVICE_PORT`, which Kubernetes sets.',
  );

/** What JSON Schema says of one variable. */
interface Variable {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

const tableOf = (schema: z.ZodObject): string =>
  table(
    ['Variable', 'Kind', 'Default', 'Meaning'],
    Object.entries(schema.shape).map(([name, field]) => {
      const variable = z.toJSONSchema(field as z.ZodType, { io: 'input' }) as Variable;
      return [code(name), kindOf(variable), defaultOf(field as z.ZodType), variable.description ?? ''];
    }),
  );

function kindOf({ type = 'string', enum: choices, minimum, maximum = Infinity }: Variable): string {
  if (choices) return choices.map(code).join(', ');
  if (type === 'string') return 'text';
  return maximum >= Number.MAX_SAFE_INTEGER ? `${minimum} or more` : `${minimum} to ${maximum}`;
}

/** What a variable is when it is not set, as the program sees it. */
function defaultOf(field: z.ZodType): string {
  const { success, data } = field.safeParse(undefined);
  if (!success) return 'required';
  if (data === undefined || (Array.isArray(data) && data.length === 0)) return 'none';
  return data === hostname() ? 'the host name' : code(String(data));
}

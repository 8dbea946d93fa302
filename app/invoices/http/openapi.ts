import { z } from 'zod';
import {
  Customer,
  CustomerList,
  Invoice,
  InvoiceLine,
  InvoiceList,
  InvoiceQuery,
  InvoiceSummary,
  NewInvoice,
  NewInvoiceLine,
  SearchQuery,
  Track,
  TrackList,
} from '../model/schemas.ts';

const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

const Pod = z.object({
  pod: z.string(),
  role: z.enum(['primary', 'replica']),
  position: z.string(),
  lagTransactions: z.int(),
  self: z.boolean(),
});
const Cluster = z.object({ primary: z.string().nullable(), pods: z.array(Pod) });

/** What clients send is described as it is sent (before defaults), what they get as it is answered. */
const schemas = {
  ...jsonSchemas({ NewInvoice, NewInvoiceLine }, 'input'),
  ...jsonSchemas({ Invoice, InvoiceSummary, InvoiceLine, InvoiceList, Customer, CustomerList }, 'output'),
  ...jsonSchemas({ Track, TrackList, Cluster, Problem }, 'output'),
};

/** The API's description in OpenAPI 3.1, made from the schemas that check the requests. */
export const openapi = {
  openapi: '3.1.0',
  info: { title: 'Liteset invoices', version: '1', description: 'Invoices on a replicated SQLite database.' },
  paths: {
    '/api/invoices': {
      get: {
        ...operation('listInvoices', 'Invoices, by pages', 'InvoiceList', ['400']),
        parameters: query(InvoiceQuery),
      },
      post: {
        ...operation('createInvoice', 'Writes an invoice', 'Invoice', ['400', '413', '415', '422'], '201'),
        parameters: [
          {
            name: 'Idempotency-Key',
            in: 'header',
            schema: { type: 'string', minLength: 1, maxLength: 255 },
            description: 'A repeated request with the same key gets the same answer, and writes nothing.',
          },
        ],
        requestBody: { required: true, content: { 'application/json': { schema: ref('NewInvoice') } } },
      },
    },
    '/api/invoices/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }],
      get: operation('getInvoice', 'One invoice with its customer and lines', 'Invoice', ['404']),
      delete: {
        operationId: 'deleteInvoice',
        summary: 'Deletes an invoice and its lines',
        responses: { '204': { description: 'Deleted' }, ...failures(['404']) },
      },
    },
    '/api/customers': {
      get: {
        ...operation('searchCustomers', 'Customers that a text finds', 'CustomerList', ['400']),
        parameters: query(SearchQuery),
      },
    },
    '/api/tracks': {
      get: {
        ...operation('searchTracks', 'Tracks that a text finds', 'TrackList', ['400']),
        parameters: query(SearchQuery),
      },
    },
    '/api/cluster': { get: operation('cluster', 'The pods, as far as this one knows', 'Cluster', []) },
  },
  components: { schemas },
};

function jsonSchemas(named: Record<string, z.ZodType>, io: 'input' | 'output'): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(named).map(([name, schema]) => {
      const { $schema: _dialect, ...body } = z.toJSONSchema(schema, { io });
      return [name, body];
    }),
  );
}

function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function query(schema: z.ZodType): unknown[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => ({ name, in: 'query', schema: property }));
}

function failures(statuses: string[]): Record<string, unknown> {
  const content = { 'application/problem+json': { schema: ref('Problem') } };
  return Object.fromEntries([...statuses, '503'].map((status) => [status, { description: 'Problem', content }]));
}

function operation(operationId: string, summary: string, schema: string, failing: string[], success = '200') {
  const content = { 'application/json': { schema: ref(schema) } };
  return { operationId, summary, responses: { [success]: { description: summary, content }, ...failures(failing) } };
}

import express, { type RequestHandler, Router } from 'express';
import { sendJson } from '../../liteset/lib/send-json.ts';
import type { Liteset } from '../../liteset/liteset.ts';
import { Problem } from '../../liteset/problem/problem.ts';
import type { ReadCache } from '../../liteset/reads/read-cache.ts';
import type { Database } from '../database/database.ts';
import { problems } from '../errors.ts';
import { searchCustomers, searchCustomersAside, searchTracks, searchTracksAside } from '../model/catalog.ts';
import { checkKey } from '../model/idempotency.ts';
import { getInvoice } from '../model/invoice.ts';
import { listInvoices, listInvoicesAside, mayTakeLong } from '../model/list.ts';
import { InvoiceQuery, NewInvoice, SearchQuery } from '../model/schemas.ts';
import type { Writer } from '../writes/writer.ts';
import { openapi } from './openapi.ts';
import { validate } from './validate.ts';

/** What the API is made of. */
export interface ApiOptions {
  database: Database;
  writer: Writer;
  liteset: Liteset;
  cache: ReadCache;
  bodyLimit: string;
}

/** The API for programs. Paths are given in full, since they are also the labels of the metrics. */
export function api({ database, writer, liteset, cache, bodyLimit }: ApiOptions): Router {
  const router = Router();
  const json = express.json({ limit: bodyLimit, type: 'application/json' });

  router
    .route('/api/invoices')
    .get(async (req, res) => {
      const query = validate(InvoiceQuery, req.query, problems.invalidQuery);
      if (mayTakeLong(query)) return void res.json(await listInvoicesAside(database, query));
      cache.json(req, res, () => listInvoices(database, query));
    })
    .post(json, requireJson, async (req, res) => {
      const key = req.get('Idempotency-Key');
      if (key !== undefined) checkKey(key);
      const input = validate(NewInvoice, req.body, problems.invalidBody);
      const created = await writer.createInvoice(key, input);
      if (created.replayed) res.set('Idempotency-Replayed', 'true');
      sendJson(res.status(201).location(`/api/invoices/${created.invoiceId}`), created.json);
    })
    .all(allow('GET, POST'));
  router
    .route('/api/invoices/:id')
    .get((req, res) => {
      cache.json(req, res, () => getInvoice(database, invoiceId(req.params.id)));
    })
    .delete(async (req, res) => {
      const id = invoiceId(req.params.id);
      await writer.deleteInvoice(id);
      res.status(204).end();
    })
    .all(allow('GET, DELETE'));
  router
    .route('/api/customers')
    .get(async (req, res) => {
      const query = validate(SearchQuery, req.query, problems.invalidQuery);
      if (query.q) return void res.json({ items: await searchCustomersAside(database, query) });
      cache.json(req, res, () => ({ items: searchCustomers(database, query) }));
    })
    .all(allow('GET'));
  router
    .route('/api/tracks')
    .get(async (req, res) => {
      const query = validate(SearchQuery, req.query, problems.invalidQuery);
      if (query.q) return void res.json({ items: await searchTracksAside(database, query) });
      cache.json(req, res, () => ({ items: searchTracks(database, query) }));
    })
    .all(allow('GET'));
  router
    .route('/api/cluster')
    .get(async (_req, res) => {
      res.json(await liteset.cluster());
    })
    .all(allow('GET'));
  router
    .route('/api/openapi.json')
    .get((_req, res) => {
      res.json(openapi);
    })
    .all(allow('GET'));
  return router;
}

/** The number in a path. What is no number is no invoice either. */
export function invoiceId(text: string | string[]): number {
  if (typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Problem(problems.notFound, 'An invoice is found by its number.');
}

/** Answers the methods that a path does not have, and tells OPTIONS those it has. */
export function allow(methods: string): RequestHandler {
  return (req, res) => {
    if (req.method === 'OPTIONS') return void res.status(204).set('Allow', methods).end();
    throw new Problem(problems.methodNotAllowed, `${req.method} is not possible here.`, {
      headers: { Allow: methods },
    });
  };
}

/** Without this, a body of another type would look like an absent one. */
const requireJson: RequestHandler = (req, _res, next) => {
  if (!req.is('application/json')) throw new Problem(problems.unsupportedMediaType, 'Send application/json.');
  next();
};

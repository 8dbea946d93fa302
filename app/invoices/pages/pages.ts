import { Router } from 'express';
import type { Liteset } from '../../liteset/liteset.ts';
import { problems } from '../errors.ts';
import { allow, invoiceId } from '../http/api.ts';
import { validate } from '../http/validate.ts';
import { findCustomer } from '../model/catalog.ts';
import { getInvoice } from '../model/invoice.ts';
import {
  COUNT_LIMIT,
  countInvoices,
  countInvoicesAside,
  listInvoices,
  listInvoicesAside,
  mayTakeLong,
} from '../model/list.ts';
import { InvoiceQuery } from '../model/schemas.ts';
import { newInvoicePages, type PageOptions } from './new-invoice.ts';

const parameters = Object.keys(InvoiceQuery.shape);

/** The pages for people. */
export function pages({ liteset, ...options }: PageOptions & { liteset: Liteset }): Router {
  const { database, writer, view } = options;
  const router = Router();
  router
    .route('/')
    .get(async (req, res) => {
      const query = validate(InvoiceQuery, listParameters(req.query), problems.invalidQuery);
      const aside = mayTakeLong(query) && {
        list: await listInvoicesAside(database, query),
        count: await countInvoicesAside(database, query),
      };
      const { list, count, customer } = database.read(() => ({
        ...(aside || { list: listInvoices(database, query), count: countInvoices(database, query) }),
        customer: query.customerId === undefined ? undefined : findCustomer(database, query.customerId),
      }));
      res.send(view.render('list', { title: 'Invoices', ...list, query, count, countLimit: COUNT_LIMIT, customer }));
    })
    .all(allow('GET'));
  router.use(newInvoicePages(options));
  router
    .route('/invoices/:id')
    .get((req, res) => {
      const invoice = getInvoice(database, invoiceId(req.params.id));
      res.send(view.render('invoice', { title: `Invoice ${invoice.invoiceId}`, invoice }));
    })
    .all(allow('GET'));
  router
    .route('/invoices/:id/delete')
    .post(async (req, res) => {
      const id = invoiceId(req.params.id);
      await writer.deleteInvoice(id);
      res.redirect(303, '/');
    })
    .all(allow('POST'));
  router
    .route('/cluster')
    .get(async (_req, res) => {
      res.send(view.render('cluster', { title: 'Cluster', cluster: await liteset.cluster() }));
    })
    .all(allow('GET'));
  return router;
}

/** A form sends its empty fields too, and links from elsewhere bring parameters of their own. */
function listParameters(query: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([name, value]) => parameters.includes(name) && value !== ''));
}

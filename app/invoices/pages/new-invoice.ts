import { randomUUID } from 'node:crypto';
import express, { Router } from 'express';
import { Problem } from '../../liteset/problem/problem.ts';
import type { Database } from '../database/database.ts';
import { type FieldError, fieldErrors, problems } from '../errors.ts';
import { allow } from '../http/api.ts';
import { validate } from '../http/validate.ts';
import { findCustomer, findTrack, searchCustomersAside, searchTracksAside } from '../model/catalog.ts';
import { checkKey } from '../model/idempotency.ts';
import { formatMoney, parseMoney } from '../model/money.ts';
import { NewInvoice } from '../model/schemas.ts';
import type { Writer } from '../writes/writer.ts';
import { type InvoiceForm, readForm, toInput } from './invoice-form.ts';
import type { View } from './view.ts';

/** How many customers or tracks a search in the form offers. */
const OFFERED = 8;

/** What the pages are made of. */
export interface PageOptions {
  database: Database;
  writer: Writer;
  view: View;
  bodyLimit: string;
}

/** The form of a new invoice. Its state is in its fields, so any pod can answer each step. */
export function newInvoicePages({ database, writer, view, bodyLimit }: PageOptions): Router {
  const router = Router();
  router
    .route('/invoices/new')
    .get(async (req, res) => {
      res.send(await show(database, view, readForm(req.query), []));
    })
    .all(allow('GET'));
  router
    .route('/invoices')
    .get((_req, res) => {
      res.redirect('/');
    })
    .post(express.urlencoded({ extended: false, limit: bodyLimit }), async (req, res) => {
      const form = readForm((req.body ?? {}) as Record<string, unknown>);
      try {
        const input = validate(NewInvoice, toInput(form), problems.invalidBody);
        const key = form.idempotencyKey === '' ? undefined : checkKey(form.idempotencyKey);
        const { invoiceId } = await writer.createInvoice(key, input);
        res.redirect(303, `/invoices/${invoiceId}`);
      } catch (error) {
        if (!(error instanceof Problem) || error.kind.type !== problems.invalidBody.type) throw error;
        res.status(error.kind.status).send(await show(database, view, form, fieldErrors(error)));
      }
    })
    .all(allow('GET, POST'));
  return router;
}

async function show(database: Database, view: View, form: InvoiceForm, errors: FieldError[]): Promise<string> {
  const offered = (text: string) => ({ q: text.slice(0, 100), limit: OFFERED });
  const tracks = await searchTracksAside(database, offered(form.trackQuery));
  const customers = await searchCustomersAside(database, offered(form.customerQuery));
  const data = database.read(() => {
    const customer = findCustomer(database, rowNumber(form.customerId));
    const lines = form.lines.map((line) => ({ ...line, track: findTrack(database, rowNumber(line.trackId)) }));
    return {
      customer,
      lines: lines.map((line) => ({ ...line, amount: amount(line.track?.unitPrice, line.quantity) })),
      customers: customer ? [] : customers,
      tracks,
    };
  });
  const total = data.lines.reduce((sum, line) => sum + (line.amount ?? 0), 0);
  const key = form.idempotencyKey || randomUUID();
  const message = (field: string): string | undefined => errors.find((error) => error.field === field)?.message;
  return view.render('new', {
    title: 'New invoice',
    ...data,
    lines: data.lines.map((line) => ({ ...line, amount: formatMoney(line.amount ?? 0) })),
    form: { ...form, idempotencyKey: key },
    total: formatMoney(total),
    errors,
    message,
    label,
    moreOpen: Object.values({ invoiceDate: form.invoiceDate, ...form.billing }).some((value) => value !== ''),
  });
}

/** An error in the words of the form. */
function label({ field, message }: FieldError): string {
  if (field === 'customerId') return 'Choose a customer.';
  if (field === 'lines') return message === 'at least one line' ? 'Add at least one track.' : `Lines: ${message}.`;
  const line = /^lines\[(\d+)\]/.exec(field)?.[1];
  return line === undefined ? `${field}: ${message}` : `Line ${Number(line) + 1}: ${message}`;
}

function amount(unitPrice: string | undefined, quantity: string): number | undefined {
  const cents = parseMoney(unitPrice ?? '');
  const number = Number(quantity);
  return cents !== undefined && Number.isSafeInteger(number) && number > 0 ? cents * number : undefined;
}

/** No row has the number 0. */
const rowNumber = (text: string): number => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0);

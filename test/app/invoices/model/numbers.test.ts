import { join } from 'node:path';
import { Database } from '../../../../app/invoices/database/database.ts';
import { importRules } from '../../../../app/invoices/import/rules.ts';
import { createInvoice, deleteInvoice } from '../../../../app/invoices/model/invoice.ts';
import { fill } from '../../../../app/invoices/sample/fill.ts';
import { migrations, newDatabase, temporaryFolder } from '../rig/service.ts';

const create = (database: Database): number =>
  createInvoice(database, { customerId: 1, lines: [{ trackId: 1, quantity: 1 }] }).invoiceId;

test('the number of a deleted invoice is never given again, even if all of them are deleted', () => {
  const database = newDatabase(5);
  expect(create(database)).toBe(6);
  deleteInvoice(database, 6);
  expect(create(database)).toBe(7);
  database.connection.exec('DELETE FROM InvoiceLine; DELETE FROM Invoice');
  expect([create(database), create(database)]).toEqual([8, 9]);
});

test('an invoice that is deleted by another program has had its number, too', () => {
  const database = newDatabase(5);
  const other = new Database(database.path);
  const { connection } = other;
  connection.pragma('foreign_keys = OFF');
  connection.exec('DELETE FROM Invoice WHERE InvoiceId = 5');
  other.close();
  expect(create(database)).toBe(6);
});

test('a number that somebody wrote by hand moves the next one up', () => {
  const database = newDatabase(5);
  database.connection.exec(
    "INSERT INTO Invoice (InvoiceId, CustomerId, InvoiceDate, Total) VALUES (100, 1, '2026-01-31', 1)",
  );
  expect(create(database)).toBe(101);
  deleteInvoice(database, 101);
  deleteInvoice(database, create(database));
  expect(create(database)).toBe(103);
});

test('what an imported database has counted with AUTOINCREMENT is counted on', () => {
  const database = new Database(join(temporaryFolder(), 'counted.db'));
  database.connection.exec(`CREATE TABLE Invoice (InvoiceId INTEGER PRIMARY KEY AUTOINCREMENT, CustomerId INTEGER NOT NULL,
    InvoiceDate DATETIME NOT NULL, BillingAddress, BillingCity, BillingState, BillingCountry, BillingPostalCode, Total)`);
  database.connection.exec("INSERT INTO Invoice (InvoiceId, CustomerId, InvoiceDate) VALUES (41, 1, '')");
  database.connection.exec('DELETE FROM Invoice');
  importRules(migrations, false).prepare(database.path, 'import');
  fill(database, { invoices: 3 });
  expect(create(database)).toBe(42);
  database.close();
});

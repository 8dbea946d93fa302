import { newDatabase, rowCounts, serveDuringTests } from '../rig/service.ts';

const database = newDatabase(5);
const service = serveDuringTests(database);
const invoice = { customerId: 1, invoiceDate: '2026-01-31', lines: [{ trackId: 1, quantity: 7, unitPrice: '0.99' }] };
const create = () => service.post('/api/invoices', invoice);
const remove = () => service.get('/api/invoices/1', { method: 'DELETE' });
const trigger = (what: string, says: string) => `CREATE TRIGGER rule ${what} BEGIN SELECT RAISE(${says}); END`;

/** What a database brings along that the service knows nothing of, and how a request meets it. */
const rules: [string, string, string, () => Promise<Response>, number, string, string][] = [
  [
    'a trigger that aborts',
    trigger('BEFORE INSERT ON Invoice', "ABORT, 'The books of January are closed'"),
    'DROP TRIGGER rule',
    ...([create, 422, 'rule-broken', 'The books of January are closed'] as const),
  ],
  [
    'a trigger that undoes the transaction',
    trigger('AFTER DELETE ON Invoice', "ROLLBACK, 'Invoices are kept for ten years'"),
    'DROP TRIGGER rule',
    ...([remove, 422, 'rule-broken', 'Invoices are kept for ten years'] as const),
  ],
  [
    'a CHECK',
    'ALTER TABLE InvoiceLine ADD COLUMN Limited INTEGER DEFAULT 7 CHECK (Quantity < Limited)',
    'ALTER TABLE InvoiceLine DROP COLUMN Limited',
    ...([create, 422, 'rule-broken', 'CHECK constraint failed: Quantity < Limited'] as const),
  ],
  [
    'a column that may not be NULL',
    'CREATE TRIGGER rule AFTER INSERT ON Invoice BEGIN UPDATE Invoice SET Total = NULL; END',
    'DROP TRIGGER rule',
    ...([create, 422, 'rule-broken', 'NOT NULL constraint failed: Invoice.Total'] as const),
  ],
  [
    'a unique index',
    'CREATE UNIQUE INDEX rule ON Invoice (CustomerId)',
    'DROP INDEX rule',
    ...([create, 409, 'row-conflict', 'UNIQUE constraint failed: Invoice.CustomerId'] as const),
  ],
  [
    'a reference of another table',
    'CREATE TABLE Reminder (InvoiceId INTEGER REFERENCES Invoice); INSERT INTO Reminder VALUES (1)',
    'DROP TABLE Reminder',
    ...([remove, 409, 'row-conflict', 'FOREIGN KEY constraint failed'] as const),
  ],
];

test.each(rules.map((rule) => ({ what: rule[0], rule })))(
  '$what is answered in the words of the database, and nothing is written',
  async ({ rule: [, make, undo, request, status, type, words] }) => {
    database.connection.exec('DELETE FROM InvoiceLine WHERE InvoiceId > 5; DELETE FROM Invoice WHERE InvoiceId > 5');
    database.connection.exec('UPDATE Invoice SET CustomerId = InvoiceId');
    database.connection.exec(make);
    try {
      const before = rowCounts(database);
      const answer = await request();
      expect([answer.status, await answer.json()]).toEqual([
        status,
        expect.objectContaining({ type: `urn:liteset:problem:${type}`, detail: words }),
      ]);
      expect(rowCounts(database)).toEqual(before);
    } finally {
      database.connection.exec(undo);
    }
    expect((await create()).status).toBe(201);
  },
);

test('a database without room is answered with 507, and reads go on', async () => {
  database.connection.pragma(`max_page_count = ${database.connection.pragma('page_count', { simple: true })}`);
  try {
    const answers: number[] = [];
    while (!answers.includes(507) && answers.length < 500) answers.push((await create()).status);
    expect(new Set(answers)).toEqual(new Set([201, 507]));
    expect((await service.get('/api/invoices')).status).toBe(200);
  } finally {
    database.connection.pragma('max_page_count = 1000000');
  }
});

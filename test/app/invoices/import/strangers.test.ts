import { createReadStream, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import BetterSqlite3 from 'better-sqlite3';
import { Database } from '../../../../app/invoices/database/database.ts';
import { createInvoice } from '../../../../app/invoices/model/invoice.ts';
import { readHeader } from '../../../../app/liteset/import/header.ts';
import { receive } from '../../../../app/liteset/import/receive.ts';
import { chinookFile } from '../rig/chinook-file.ts';
import { importTarget } from '../rig/import-target.ts';
import { temporaryFolder } from '../rig/service.ts';

const folder = temporaryFolder();
const databasePath = join(folder, 'invoices.db');
const target = importTarget(databasePath);
beforeEach(() => rmSync(databasePath, { force: true }));

const importFile = (change: Parameters<typeof chinookFile>[1]) =>
  target.run(createReadStream(chinookFile(join(folder, 'stranger.db'), change)));
const key = (from: string, to: string) => (sql: string) => sql.replace(from, to);
const INVOICE_KEY = 'InvoiceId INTEGER NOT NULL PRIMARY KEY';
const LINE_KEY = 'InvoiceLineId INTEGER NOT NULL PRIMARY KEY';
const trigger = (what: string, body: string) => ({ after: `CREATE TRIGGER rule ${what} BEGIN ${body}; END` });

const refused: [string, Parameters<typeof chinookFile>[1], RegExp][] = [
  [
    'INT keys',
    { schema: key(INVOICE_KEY, 'InvoiceId INT PRIMARY KEY') },
    /Invoice\.InvoiceId must be INTEGER PRIMARY KEY/,
  ],
  [
    'keys of lines that are BIGINT',
    { schema: key(LINE_KEY, 'InvoiceLineId BIGINT PRIMARY KEY') },
    /InvoiceLine\.InvoiceLineId must be/,
  ],
  [
    'descending keys',
    { schema: key(INVOICE_KEY, 'InvoiceId INTEGER PRIMARY KEY DESC') },
    /Invoice\.InvoiceId must be INTEGER/,
  ],
  ['no keys', { schema: key(INVOICE_KEY, 'InvoiceId INTEGER') }, /Invoice\.InvoiceId must be INTEGER/],
  [
    'a table WITHOUT ROWID',
    { schema: key('Quantity INTEGER NOT NULL\n)', 'Quantity INTEGER NOT NULL\n) WITHOUT ROWID'), invoices: 0 },
    /InvoiceLineId must be/,
  ],
  [
    'a column that has to be filled in',
    { schema: key('Total NUMERIC', 'Tax NUMERIC NOT NULL, Total NUMERIC'), invoices: 0 },
    /NOT NULL constraint failed: Invoice\.Tax/,
  ],
  [
    'a generated column',
    { schema: key('Quantity INTEGER NOT NULL', 'Quantity INTEGER AS (1)'), invoices: 0 },
    /cannot INSERT into generated column "Quantity"/,
  ],
  [
    'a view in the place of a table',
    { after: 'ALTER TABLE Artist RENAME TO Old; CREATE VIEW Artist AS SELECT * FROM Old' },
    /lacks Artist/,
  ],
  [
    'a trigger that aborts',
    trigger('BEFORE DELETE ON Invoice', "SELECT RAISE(ABORT, 'Kept for ten years')"),
    /Deleting an invoice was tried on the copy, and failed: Kept for ten years/,
  ],
  [
    'a trigger that ignores',
    trigger('BEFORE INSERT ON InvoiceLine', 'SELECT RAISE(IGNORE)'),
    /Writing an invoice was tried/,
  ],
  [
    'a trigger that changes what is written',
    trigger('AFTER INSERT ON Invoice', 'UPDATE Invoice SET Total = Total * 2 WHERE InvoiceId = NEW.InvoiceId'),
    /changes it: total was "\d+\.\d\d", and is/,
  ],
  [
    'a trigger with a function that is not here',
    trigger('AFTER INSERT ON Invoice', 'SELECT audit(NEW.InvoiceId)'),
    /no such function: audit/,
  ],
  [
    'a CHECK that nothing new passes',
    {
      schema: key('InvoiceDate DATETIME NOT NULL', "InvoiceDate DATETIME NOT NULL CHECK (InvoiceDate < '2026')"),
      invoices: 0,
    },
    /CHECK constraint failed/,
  ],
  [
    'a reference to a table that is not there',
    { schema: key('Quantity INTEGER', 'Stock INTEGER REFERENCES Stock DEFAULT 1, Quantity INTEGER'), invoices: 0 },
    /no such table: main\.Stock/,
  ],
  [
    'a reference that is checked at the commit',
    {
      schema: key(
        'Quantity INTEGER',
        'Depot INTEGER DEFAULT 1 REFERENCES Depot DEFERRABLE INITIALLY DEFERRED, Quantity INTEGER',
      ),
      after: 'CREATE TABLE Depot (Id INTEGER PRIMARY KEY)',
      invoices: 0,
    },
    /FOREIGN KEY/,
  ],
  [
    'an index with a collation that is not here',
    {
      after: 'CREATE INDEX german ON Customer (LastName)',
      forge:
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX german ON Customer (LastName COLLATE german)' WHERE name = 'german'",
    },
    /no such collation sequence: german/,
  ],
  ['a table of ours with other columns', { after: 'CREATE TABLE liteset_Idempotency (a)' }, /cannot add what it needs/],
  [
    'an amount that is none',
    { after: "UPDATE Invoice SET Total = 'a lot' WHERE InvoiceId < 3" },
    /Invoice\.Total: 2 rows are not an amount/,
  ],
  [
    'a date as a number',
    { after: 'UPDATE Invoice SET InvoiceDate = 1769817600' },
    /Invoice\.InvoiceDate: \d+ rows are not a text/,
  ],
  [
    'a number that leaves none for the next',
    { after: 'PRAGMA foreign_keys = OFF; UPDATE Invoice SET InvoiceId = 9223372036854775807 WHERE InvoiceId = 1' },
    /Invoice\.InvoiceId: 1 rows are not a whole number/,
  ],
];

test.each(refused)('%s is refused with the reason, and reaches nobody', async (_what, change, reason) => {
  const before = target.posts();
  await expect(importFile(change)).rejects.toMatchObject({
    name: 'ImportRefusal',
    message: expect.stringMatching(reason),
  });
  expect([target.posts(), existsSync(databasePath)]).toEqual([before, false]);
});

const accepted: [string, Parameters<typeof chinookFile>[1], string[]][] = [
  ['auto_vacuum', { before: 'PRAGMA auto_vacuum = FULL' }, ['note: auto_vacuum was turned off']],
  ['incremental auto_vacuum', { before: 'PRAGMA auto_vacuum = INCREMENTAL' }, ['note: auto_vacuum was turned off']],
  ['pages of another size', { before: 'PRAGMA page_size = 1024' }, ['note: pages of 1024 bytes became pages of 4096']],
  ['texts in UTF-16', { before: "PRAGMA encoding = 'UTF-16le'" }, []],
  ['an application_id', { before: 'PRAGMA application_id = 7; PRAGMA user_version = 3' }, []],
  [
    'a virtual table of a module that is not here',
    { forge: "INSERT INTO sqlite_schema VALUES ('table', 'z', 'z', 0, 'CREATE VIRTUAL TABLE z USING zipfile(a)')" },
    ['note: the virtual table z stays, and cannot be read here: no such module: zipfile'],
  ],
  ['an index of ours that others had, too', {}, ['note: removed: index IFK_InvoiceLineTrackId']],
];

test.each(accepted)('%s is taken, what is changed is told, and the service writes', async (_what, change, notes) => {
  const lines = await importFile({
    ...change,
    after: `${change.after ?? ''}; CREATE INDEX IF NOT EXISTS IFK_InvoiceLineTrackId ON InvoiceLine (TrackId)`,
  });
  expect(lines).toEqual(
    expect.arrayContaining([...notes, expect.stringMatching(/^note: added: .*table liteset_Highest/)]),
  );
  expect(readHeader(databasePath)).toMatchObject({ pageSize: 4096, autoVacuum: false, hasWal: true });
  const database = new Database(databasePath);
  const { invoiceId } = createInvoice(database, { customerId: 1, lines: [{ trackId: 1, quantity: 1 }] });
  expect(invoiceId).toBe(31);
  database.close();
});

test('what is tried out leaves nothing', async () => {
  await importFile({});
  const database = new BetterSqlite3(databasePath);
  const counts = ['Invoice', 'InvoiceLine', 'liteset_Idempotency'].map((table) =>
    database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
  );
  expect([counts[0], Number(counts[1]) > 30, counts[2]]).toEqual([30, true, 0]);
  expect(database.prepare('SELECT Number FROM liteset_Highest').pluck().get()).toBe(0);
  database.close();
});

describe('a stream', () => {
  const path = join(folder, 'received');
  const bytes = () => readFileSync(chinookFile(join(folder, 'whole.db'), {}));
  async function* endless(head: Buffer): AsyncGenerator<Buffer> {
    yield head;
    for (;;) yield Buffer.alloc(1 << 20, 1);
  }

  test('that is no database is refused after its first bytes', async () => {
    let taken = 0;
    const input = async function* () {
      for await (const chunk of endless(Buffer.from('x'))) {
        taken += chunk.length;
        yield chunk;
      }
    };
    await expect(receive(Readable.from(input()), path)).rejects.toThrow('not a SQLite database');
    expect(taken).toBeLessThan(32 << 20);
  });

  test('that says it is too large is refused before it is stored, and one that becomes so on the way', async () => {
    await expect(receive(Readable.from([bytes()]), path, 10_000)).rejects.toThrow(
      /more than 1 MiB, a third of what is free/,
    );
    await expect(receive(Readable.from(endless(bytes())), path, 9 << 20)).rejects.toThrow(/more than 9 MiB/);
  });

  test.each([1, 7, 99, 100, 4_096])('that comes in pieces of %s bytes is stored whole', async (size) => {
    const whole = bytes();
    const pieces = Array.from({ length: Math.ceil(5_000 / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size));
    await receive(Readable.from(pieces), path);
    expect(readFileSync(path)).toEqual(Buffer.concat(pieces));
  });
});

/** Values that a column of another program may have. */
const values = [
  ...[
    'NULL',
    "''",
    "'a lot'",
    "x'00ff'",
    '-1',
    '0',
    '1.5',
    '9e999',
    '9007199254740993',
    '9223372036854775807',
    '1e300',
  ],
  ...["replace(hex(zeroblob(9000)), '0', 'x')", "char(0) || 'x'", "'2026'", '1769817600'],
];
const columns = [
  ...['Invoice.InvoiceId', 'Invoice.CustomerId', 'Invoice.InvoiceDate', 'Invoice.Total', 'Invoice.BillingCity'],
  ...['InvoiceLine.InvoiceLineId', 'InvoiceLine.InvoiceId', 'InvoiceLine.TrackId', 'InvoiceLine.UnitPrice'],
  ...['InvoiceLine.Quantity', 'Customer.CustomerId', 'Customer.FirstName', 'Customer.Company', 'Track.UnitPrice'],
  ...['Track.Name', 'Track.AlbumId', 'Album.Title', 'Artist.Name', 'Artist.ArtistId'],
];

/** Rows that differ. */
export const data: readonly string[] = [
  ...columns.flatMap((column) => {
    const [table, name] = column.split('.');
    return values.map((value) => `UPDATE ${table} SET ${name} = ${value} WHERE rowid = 3`);
  }),
  ...['Invoice', 'InvoiceLine', 'Customer', 'Track', 'Album'].flatMap((table) =>
    Array(20).fill(`DELETE FROM ${table}`),
  ),
  ...Array(60).fill('DELETE FROM Invoice WHERE InvoiceId = 5'),
];

const trigger = (what: string, body: string) =>
  `CREATE TRIGGER t${what.replaceAll(' ', '')} ${what} BEGIN ${body}; END`;
const bodies = [
  ...["SELECT RAISE(ABORT, 'no')", "SELECT RAISE(ROLLBACK, 'no')", 'SELECT RAISE(IGNORE)', 'SELECT nowhere()'],
  ...[
    'INSERT INTO log VALUES (1)',
    'UPDATE Invoice SET Total = 5',
    'DELETE FROM InvoiceLine WHERE Quantity = 7',
    'SELECT 1',
  ],
  ...["UPDATE Invoice SET BillingCity = 'x'", 'UPDATE Customer SET Company = 1', 'SELECT * FROM absent'],
];
const events = [
  ...[
    'BEFORE INSERT ON Invoice',
    'AFTER INSERT ON Invoice',
    'BEFORE INSERT ON InvoiceLine',
    'AFTER INSERT ON InvoiceLine',
  ],
  ...['BEFORE DELETE ON Invoice', 'AFTER DELETE ON InvoiceLine', 'AFTER UPDATE ON Invoice', 'AFTER UPDATE ON Customer'],
];

/** Triggers, indexes and tables that refer to Chinook's. */
export const rules: readonly string[] = [
  ...events.flatMap((event) => bodies.map((body) => trigger(event, body))),
  ...Array(9).fill('CREATE TABLE log (a)'),
  ...Array(3).fill('CREATE UNIQUE INDEX one ON Invoice (CustomerId)'),
  ...Array(3).fill('CREATE UNIQUE INDEX one ON Invoice (InvoiceDate, Total)'),
  ...Array(3).fill('CREATE INDEX lower ON Customer (lower(LastName)) WHERE Company IS NULL'),
  ...Array(3).fill('CREATE TABLE Reminder (Id INTEGER PRIMARY KEY, InvoiceId REFERENCES Invoice ON DELETE CASCADE)'),
  ...Array(3).fill(
    'CREATE TABLE Paid (Id INTEGER PRIMARY KEY, InvoiceId REFERENCES Invoice DEFERRABLE INITIALLY DEFERRED)',
  ),
  ...Array(3).fill('CREATE TABLE Wrong (Name REFERENCES Customer (LastName)); INSERT INTO Wrong VALUES (1)'),
];

/** What else a file may have. */
export const odd: readonly string[] = [
  'CREATE VIRTUAL TABLE found USING fts5(Name)',
  "CREATE VIRTUAL TABLE old USING fts4(Name); INSERT INTO old VALUES ('x')",
  'CREATE VIRTUAL TABLE place USING rtree(id, a, b)',
  'CREATE TABLE "a ""quoted"" name" ("a b")',
  'CREATE TABLE "☃" (a)',
  'CREATE VIEW everything AS SELECT * FROM Invoice JOIN Customer USING (CustomerId)',
  'CREATE VIEW broken AS SELECT absent FROM Invoice',
  'ALTER TABLE Artist RENAME TO Old; CREATE VIEW Artist AS SELECT * FROM Old',
  'ALTER TABLE Track RENAME TO track2',
  'ANALYZE',
  'CREATE TABLE liteset_Idempotency (a)',
  'CREATE TABLE liteset_Highest (Name TEXT PRIMARY KEY, Number)',
  "CREATE TABLE liteset_Highest (Name TEXT PRIMARY KEY, Number); INSERT INTO liteset_Highest VALUES ('Invoice', 'x')",
  "CREATE TABLE liteset_Migration (Name TEXT PRIMARY KEY, AppliedAt TEXT); INSERT INTO liteset_Migration VALUES ('003-idempotency.sql', '')",
  "CREATE TABLE liteset_Migration (Name TEXT PRIMARY KEY, AppliedAt TEXT); INSERT INTO liteset_Migration VALUES ('005-numbers.sql', '')",
  'CREATE TABLE liteset_Migration (a)',
  'CREATE VIEW liteset_Migration AS SELECT 1 AS Name',
  'CREATE INDEX liteset_InvoiceDate ON Invoice (Total)',
  'CREATE TABLE liteset_InvoiceTotal (a)',
  'CREATE TRIGGER liteset_InvoiceDeleted AFTER DELETE ON Customer BEGIN SELECT 1; END',
  `CREATE TABLE wide (${Array.from({ length: 1_900 }, (_, i) => `c${i}`).join(', ')})`,
  Array.from({ length: 300 }, (_, i) => `CREATE TABLE many${i} (a PRIMARY KEY)`).join(';'),
];

const row = (type: string, name: string, sql: string) =>
  `INSERT INTO sqlite_schema VALUES ('${type}', '${name}', '${name}', 0, '${sql}')`;

/** What this SQLite would not make: it is written into the schema. */
export const forged: readonly string[] = [
  row('table', 'z', 'CREATE VIRTUAL TABLE z USING vec0(a)'),
  row('view', 'v', 'CREATE VIEW v AS SELECT nowhere()'),
  "CREATE INDEX i ON Customer (City); UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON Customer (City COLLATE german)' WHERE name = 'i'",
  "CREATE INDEX i ON Invoice (Total); UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON Invoice (vat(Total))' WHERE name = 'i'",
  "UPDATE sqlite_schema SET sql = 'nonsense' WHERE name = 'log'",
  "UPDATE sqlite_schema SET sql = replace(sql, 'NUMERIC(10,2)', 'NUMERIC(10,2) CHECK (nowhere() = 1)') WHERE name = 'Invoice'",
];

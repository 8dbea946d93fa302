import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../../../app/invoices/database/database.ts';
import { isSettled, migrate, needsMigration } from '../../../../app/invoices/database/migrate.ts';
import { missingTables } from '../../../../app/invoices/database/schema.ts';
import { fillNewDatabase } from '../../../../app/invoices/sample/fill.ts';
import { migrations, newDatabase, rowCounts, temporaryFolder } from '../rig/service.ts';

const schema = ({ connection }: Database): unknown[] => connection.prepare('SELECT name, sql FROM sqlite_schema').all();

test('running the migrations again changes nothing', () => {
  const database = newDatabase();
  const before = schema(database);
  expect(needsMigration(database, migrations)).toBe(false);
  expect(migrate(database, migrations)).toEqual({ applied: [], wasEmpty: false });
  expect(schema(database)).toEqual(before);
});

test('migrations that were applied but not recorded can be applied again', () => {
  const database = newDatabase(5);
  const counts = rowCounts(database);
  database.connection.exec('DROP TABLE liteset_Migration');
  expect(needsMigration(database, migrations)).toBe(true);
  expect(migrate(database, migrations).applied).toEqual(readdirSync(migrations).sort());
  expect(rowCounts(database)).toEqual(counts);
});

test('a Chinook file keeps its tables as they are and gets what the service needs', () => {
  const database = newDatabase(20);
  const { connection } = database;
  connection.exec('DROP TABLE liteset_Migration; DROP TABLE liteset_Idempotency; DROP INDEX liteset_InvoiceDate');
  const before = schema(database);
  migrate(database, migrations);
  expect(schema(database)).toEqual(expect.arrayContaining(before));
  expect(missingTables(database)).toEqual([]);
});

test('a database whose schema version LiteFS has set back gets a new one, never the same', () => {
  const database = newDatabase();
  const versions = Array.from({ length: 3 }, () => {
    database.connection.unsafeMode(true).pragma('schema_version = 0');
    database.connection.unsafeMode(false);
    expect([isSettled(database), needsMigration(database, migrations)]).toEqual([false, true]);
    migrate(database, migrations);
    return database.connection.pragma('schema_version', { simple: true });
  });
  expect(new Set(versions).size).toBe(3);
});

test('a migration that fails leaves nothing of itself', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '001-good.sql'), 'CREATE TABLE good (a);');
  writeFileSync(join(folder, '002-bad.sql'), 'CREATE TABLE bad (a); INSERT INTO nowhere VALUES (1);');
  const database = new Database(join(folder, 'x.db'));
  expect(() => migrate(database, folder)).toThrow();
  const names = database.connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  expect(names.sort()).toEqual(['good', 'liteset_Migration']);
  database.close();
});

test('sample data are written once, even after somebody deleted them', () => {
  const database = newDatabase();
  expect(fillNewDatabase(database, 10)).toBe(true);
  database.connection.exec('DELETE FROM InvoiceLine; DELETE FROM Invoice');
  expect(fillNewDatabase(database, 10)).toBe(false);
  expect(rowCounts(database).Invoice).toBe(0);
});

import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import type { Random } from '../../../../app/invoices/sample/random.ts';
import { FILL, TABLES } from './stranger-chinook.ts';
import { data, forged, odd, rules } from './stranger-parts.ts';

/** Makes a file as somebody else might have it: Chinook's tables with things that differ. Returns what they are. */
export function stranger(random: Random, path: string): string[] {
  rmSync(path, { force: true });
  const done: string[] = [];
  if (random.chance(0.15)) reservePageBytes(path, random.int(1, 32));
  const database = new BetterSqlite3(path);
  database.pragma('foreign_keys = OFF');
  const attempt = (sql: string) => {
    try {
      database.exec(sql);
      done.push(sql);
    } catch {
      // SQLite itself does not take it: the file is as it was.
    }
  };
  const some = (items: readonly string[], most: number) => {
    for (let left = random.int(0, most); left > 0; left--) attempt(random.pick(items));
  };
  some(
    [
      'PRAGMA page_size = 512',
      'PRAGMA page_size = 65536',
      "PRAGMA encoding = 'UTF-16le'",
      "PRAGMA encoding = 'UTF-16be'",
    ],
    2,
  );
  some(
    [
      'PRAGMA auto_vacuum = FULL',
      'PRAGMA auto_vacuum = INCREMENTAL',
      'PRAGMA application_id = 9',
      'PRAGMA user_version = -1',
    ],
    1,
  );
  for (const [name, columns] of Object.entries(TABLES)) attempt(createTable(random, name, columns));
  FILL.forEach(attempt);
  if (random.chance(0.5)) some(data, 1);
  if (random.chance(0.6)) some(rules, 2);
  if (random.chance(0.5)) some(odd, 2);
  database.unsafeMode(true).pragma('writable_schema = ON');
  if (random.chance(0.2)) some(forged, 1);
  if (random.chance(0.2)) attempt('PRAGMA journal_mode = WAL');
  database.close();
  if (random.chance(0.1)) damage(random, path);
  return done;
}

function createTable(random: Random, name: string, [key = '', ...columns]: string[]): string {
  const types = ['INTEGER PRIMARY KEY', 'INTEGER NOT NULL PRIMARY KEY', 'INTEGER PRIMARY KEY AUTOINCREMENT'];
  const others = [
    'INT PRIMARY KEY',
    'BIGINT PRIMARY KEY',
    'INTEGER PRIMARY KEY DESC',
    'TEXT PRIMARY KEY',
    'INTEGER',
    '',
  ];
  const type = random.chance(0.96) ? random.pick(types) : random.pick(others);
  const kept = columns.filter(() => random.chance(0.998));
  const changed = kept.map((column) => (random.chance(0.98) ? column : retyped(random, column)));
  const more = random.chance(0.06) ? [random.pick(extra)] : [];
  const options = random.chance(0.97) ? '' : random.pick([' WITHOUT ROWID', ' STRICT']);
  return `CREATE TABLE ${name} (${[`${key} ${type}`, ...changed, ...more].join(', ')})${options}`;
}

const extra = [
  'Extra TEXT',
  "Extra TEXT NOT NULL DEFAULT ''",
  'Extra TEXT NOT NULL',
  'Extra INTEGER AS (1 + 1) STORED',
  'CHECK (1)',
  'CHECK (0)',
];

function retyped(random: Random, column: string): string {
  const [name] = column.split(' ');
  const rest = [
    '',
    'TEXT',
    'INTEGER',
    'REAL',
    'BLOB',
    'UNIQUE',
    'NOT NULL',
    'TEXT COLLATE NOCASE',
    'AS (1)',
    'DEFAULT 7',
  ];
  return `${name} ${random.pick(rest)}`;
}

/** An empty file whose pages keep bytes at their ends for an extension, as encrypted ones do. SQLite has no pragma for it. */
function reservePageBytes(path: string, bytes: number): void {
  const empty = new BetterSqlite3(path);
  empty.exec('CREATE TABLE gone (a); DROP TABLE gone; VACUUM');
  empty.close();
  const page = readFileSync(path);
  page.writeUInt8(bytes, 20);
  page.writeUInt16BE(page.length - bytes, 105);
  writeFileSync(path, page);
}

function damage(random: Random, path: string): void {
  const { length } = readFileSync(path);
  const file = openSync(path, 'r+');
  for (let left = random.int(1, 20); left > 0; left--) {
    writeSync(file, Buffer.from([random.int(0, 255)]), 0, 1, random.int(0, length - 1));
  }
  closeSync(file);
}

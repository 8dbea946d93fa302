import Database, { type Database as Connection } from 'better-sqlite3';
import { type Random, seeded } from '../../../../app/invoices/sample/random.ts';

/** One write of a history: what a handler would do, in whatever transaction it is in. */
export type Write = (db: Connection) => unknown;

/** What came of a write: the answer, or what it was told instead. */
export type Outcome = { answer: unknown } | { error: string };

const SCHEMA = `
  CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, stock INTEGER NOT NULL CHECK (stock >= 0));
  CREATE TABLE log (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, item INTEGER REFERENCES item (id));
  CREATE TABLE key (key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
  INSERT INTO item (name, stock) VALUES ('a', 3), ('b', 2), ('c', 0);`;

/** A new database in memory, the same each time. */
export function newStore(): Connection {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  db.exec(SCHEMA);
  return db;
}

/** All that a database holds, including what the next row's number will be. */
export function contents(db: Connection): unknown {
  const all = (table: string) => db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all();
  return Object.fromEntries(['item', 'log', 'key', 'sqlite_sequence'].map((table) => [table, all(table)]));
}

/** As many writes as a seed makes, on so few rows that they meet. */
export function randomWrites(seed: number, count: number): Write[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => randomWrite(random));
}

function randomWrite(random: Random): Write {
  const [name, other] = [random.pick(['a', 'b', 'c', 'd', 'e']), random.pick(['a', 'b', 'c', 'd', 'e'])];
  const [amount, key] = [random.int(1, 3), random.pick(['k1', 'k2', 'k3'])];
  const kinds: Write[] = [
    (db) => insert(db, name, amount),
    (db) => take(db, name, amount),
    (db) => move(db, name, other, amount),
    (db) => once(db, key, `move ${name} ${other}`, () => move(db, name, other, amount)),
    (db) => once(db, key, `insert ${name}`, () => insert(db, name, amount)),
    (db) => remove(db, name),
    (db) => tries(db, name, other),
    (db) => db.prepare('SELECT total(stock) FROM item').pluck().get(),
  ];
  return random.pick(kinds);
}

const insert = (db: Connection, name: string, stock: number) =>
  db.prepare('INSERT INTO item (name, stock) VALUES (?, ?)').run(name, stock).lastInsertRowid;

/** Notes it first, so that something has to be undone when there is too little, or nothing. */
function take(db: Connection, name: string, amount: number): unknown {
  const { lastInsertRowid } = db.prepare('INSERT INTO log (text) VALUES (?)').run(`${amount} of ${name}`);
  const { changes } = db.prepare('UPDATE item SET stock = stock - ? WHERE name = ?').run(amount, name);
  if (changes === 0) throw new Error(`there is no ${name}`);
  return lastInsertRowid;
}

/** Gives before it takes. */
function move(db: Connection, from: string, to: string, amount: number): unknown {
  const { changes } = db.prepare('UPDATE item SET stock = stock + ? WHERE name = ?').run(amount, to);
  if (changes === 0) throw new Error(`there is no ${to}`);
  return take(db, from, amount);
}

/** Fails for an item that the log refers to. */
function remove(db: Connection, name: string): unknown {
  const id = db.prepare('SELECT id FROM item WHERE name = ?').pluck().get(name) ?? 0;
  db.prepare("INSERT INTO log (text, item) VALUES ('removed', nullif(?, 0))").run(id);
  if (Number(id) % 2 === 0) db.prepare('UPDATE log SET item = NULL WHERE item = ?').run(id);
  return db.prepare('DELETE FROM item WHERE id = ?').run(id).changes;
}

/** An application's own transaction inside, whose failure it copes with. */
function tries(db: Connection, name: string, other: string): unknown {
  try {
    return db.transaction(() => [take(db, name, 2), take(db, other, 2)])();
  } catch {
    return db.prepare("INSERT INTO log (text) VALUES ('tried')").run().lastInsertRowid;
  }
}

/** An Idempotency-Key: the answer is kept in the transaction of the write. */
function once(db: Connection, key: string, request: string, work: () => unknown): unknown {
  const kept = db.prepare('SELECT request, answer FROM key WHERE key = ?').get(key) as
    | { request: string; answer: string }
    | undefined;
  if (kept && kept.request !== request) throw new Error(`${key} is for ${kept.request}`);
  if (kept) return JSON.parse(kept.answer);
  const answer = JSON.stringify(work());
  db.prepare('INSERT INTO key VALUES (?, ?, ?)').run(key, request, answer);
  return JSON.parse(answer);
}

/** Writes rows into a database until that fails, and says how many were acknowledged. A process of its own: see full.test.ts. */
import Database from 'better-sqlite3';

const [path = '', mode = ''] = process.argv.slice(2);
let acknowledged = 0;
try {
  const db = new Database(path);
  db.pragma(`journal_mode = ${mode}`);
  db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB)');
  const insert = db.prepare('INSERT INTO row (bytes) VALUES (randomblob(300000))');
  for (; acknowledged < 100; acknowledged++) insert.run();
} catch (error) {
  // Which error it is depends on what finds no room first.
  process.stderr.write(String(error));
}
process.stdout.write(String(acknowledged));
process.exit(0);

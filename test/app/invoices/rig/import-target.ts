import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { importRules } from '../../../../app/invoices/import/rules.ts';
import { importDatabase } from '../../../../app/liteset/import/import-database.ts';
import { migrations } from './service.ts';

/** Where the tests of a file import to. */
export interface ImportTarget {
  /** How many files it was given. */
  posts(): number;
  /** Imports a file, and returns the lines that were printed. */
  run(input: Readable, force?: boolean): Promise<string[]>;
}

/** A stand-in for LiteFS that puts the file at `databasePath`. It is there while the tests of a file run. */
export function importTarget(databasePath: string): ImportTarget {
  let posts = 0;
  const litefs = createServer((req, res) => {
    if (req.url === '/info') return res.end(JSON.stringify({ isPrimary: true, primary: { hostname: 'x' } }));
    posts += 1;
    void req.toArray().then((chunks) => {
      writeFileSync(databasePath, Buffer.concat(chunks));
      writeFileSync(`${databasePath}-pos`, '0000000000000007/abc\n');
      res.end();
    });
  });
  beforeAll(() => new Promise<void>((done) => litefs.listen(0, '127.0.0.1', done)));
  afterAll(() => new Promise<void>((done) => void litefs.close(() => done())));
  return {
    posts: () => posts,
    async run(input, force = false) {
      const lines: string[] = [];
      const litefsUrl = `http://127.0.0.1:${(litefs.address() as AddressInfo).port}`;
      const rules = importRules(migrations, force);
      await importDatabase({ input, databasePath, litefsUrl, rules, print: (line) => lines.push(line) });
      return lines;
    },
  };
}

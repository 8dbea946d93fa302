import { Database } from '../../../../app/invoices/database/database.ts';
import { LongReads } from '../../../../app/liteset/reads/long-reads.ts';
import { newDatabase, serveDuringTests } from '../rig/service.ts';

/** What may take long in a database of millions of rows must not hold up the thread that answers everybody. */
const { path } = newDatabase(50);
const aside = new LongReads({ database: path });
const asked = jest.spyOn(aside, 'all');
const service = serveDuringTests(new Database(path, { aside }));
beforeEach(() => asked.mockClear());
afterAll(() => aside.close());

test.each([
  '/api/invoices?limit=101',
  '/api/invoices?q=paulo',
  '/api/invoices?from=2020-01-01&sort=total',
  '/api/invoices?to=2020-01-01&sort=-number',
  '/?to=2020-01-01&sort=number',
  '/?q=paulo',
  '/api/customers?q=paulo',
  '/api/tracks?q=rock',
  '/invoices/new?customerQuery=paulo',
  '/invoices/new?trackQuery=rock',
])('%s is read aside', async (path) => {
  expect((await service.get(path)).status).toBe(200);
  expect(asked).toHaveBeenCalled();
});

test.each(['/api/invoices', '/api/invoices?from=2020-01-01', '/api/customers', '/api/tracks?q=', '/', '/invoices/new'])(
  '%s ends soon, and waits for nobody',
  async (path) => {
    expect((await service.get(path)).status).toBe(200);
    expect(asked).not.toHaveBeenCalled();
  },
);

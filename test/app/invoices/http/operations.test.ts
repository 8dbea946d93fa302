import { join } from 'node:path';
import { readConfig } from '../../../../app/invoices/config.ts';
import { type Service, serve } from '../../../../app/invoices/serve.ts';
import { freePort } from '../../../lib/free-port.ts';
import { appDir, temporaryFolder } from '../rig/service.ts';

/** Probes, metrics and status on a port of their own, as the chart has it. */
let service: Service;
let statusPort = 0;

beforeAll(async () => {
  statusPort = await freePort();
  const env = { PORT: '0', STATUS_PORT: String(statusPort), DATABASE_PATH: join(temporaryFolder(), 'app.db') };
  service = await serve({ ...readConfig({ ...env, LOG_LEVEL: 'silent' }), host: '127.0.0.1' }, appDir);
});
afterAll(() => service.stop());

test.each(['/livez', '/readyz', '/metrics', '/liteset/status'])('%s is there, and nowhere else', async (path) => {
  expect((await fetch(`http://127.0.0.1:${statusPort}${path}`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${service.port}${path}`)).status).toBe(404);
});

test('nothing of the application is there', async () => {
  for (const path of ['/', '/api/invoices', '/public/style.css'])
    expect((await fetch(`http://127.0.0.1:${statusPort}${path}`)).status).toBe(404);
});

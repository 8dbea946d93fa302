import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { requestLog } from '../../../../app/invoices/http/request-log.ts';

test.each([
  ['/api/invoices?q=Ada%20Lovelace&limit=2', '/api/invoices?q&limit'],
  ['/invoices/new?customerQuery=ada%40example.com&customerQuery=x', '/invoices/new?customerQuery&customerQuery'],
  ['/invoices/7', '/invoices/7'],
])('%s is logged as %s: without what is looked for', async (url, logged) => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const server = express()
    .use(requestLog(log), (_req, res) => void res.end())
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${url}`)).text();
  server.closeAllConnections();
  await once(server.close(), 'close');
  expect(lines.map((line) => JSON.parse(line).req.url)).toEqual([logged]);
  expect(lines.join()).not.toMatch(/Ada|ada|example/);
});

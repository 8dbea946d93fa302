import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** `liteset-switchover`, with a pod that answers what the test wants. */
let server: Server;
let answer: { status: number; body: Record<string, unknown> };
let asked: string;
beforeAll(async () => {
  server = createServer(async (req, res) => {
    asked = `${req.method} ${req.url} `;
    for await (const chunk of req) asked += chunk;
    res.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => server.close());
const run = async (args: string[], port = String((server.address() as AddressInfo).port)) =>
  promisify(execFile)(process.execPath, [resolve('app/liteset/switchover/command.ts'), ...args], {
    env: { ...process.env, CLUSTER_PORT: port },
  }).then(
    ({ stdout }) => [0, stdout.trim()],
    ({ code, stderr }) => [code, stderr.trim()],
  );

test('the command names the new primary, and for how long writes were held', async () => {
  answer = { status: 200, body: { to: 'pod-2', heldMs: 31, position: '0f' } };
  expect(await run(['pod-2'])).toEqual([0, 'pod-2 is the primary from 0f on; writes were held for 31 ms']);
  expect(asked).toBe('POST /liteset/switchover {"pod":"pod-2"}');
  await run([]);
  expect(asked).toBe('POST /liteset/switchover {}');
});

test('the command says why there was no switchover, and which pod to ask', async () => {
  answer = { status: 409, body: { detail: 'pod-1 is not the primary.', primary: 'pod-0.peers' } };
  expect(await run([])).toEqual([1, 'pod-1 is not the primary. The primary is pod-0.peers.']);
  expect(await run([], '')).toEqual([1, expect.stringContaining('cannot switch over')]);
  expect(await run(['--help'])).toEqual([2, 'usage: liteset-switchover [pod]']);
});

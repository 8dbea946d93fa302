import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from '../../../app/proxy/agent.ts';
import { waitFor } from '../../lib/wait-for.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const folder = mkdtempSync(join(tmpdir(), 'liteset-agent-'));
const path = join(folder, 'agent.sock');
let server: Server;
let other: Socket | undefined;
let heard = '';
const end = new AbortController();
const agent = new Agent(quiet);
const following = agent.follow(path, end.signal);

beforeAll(async () => {
  server = createServer((connection) => {
    other = connection;
    connection
      .setEncoding('utf8')
      .on('error', () => {})
      .on('data', (text) => {
        heard += text;
      });
    connection.write('{"event":"state","state":"running"}\n');
  });
  server.listen(path);
  await once(server, 'listening');
});
beforeEach(async () => {
  await waitFor('the agent', () => agent.state === 'running');
  heard = '';
});
afterAll(async () => {
  end.abort();
  await following;
  server.close();
  rmSync(folder, { recursive: true });
});

const hears = (text: string) => waitFor(`the agent to hear ${text}`, () => heard.includes(text));
/** The id of the last line that was sent. */
const lastId = () => (JSON.parse(heard.trim().split('\n').at(-1) ?? '') as { id: number }).id;
const answer = (more: object) => other?.write(`${JSON.stringify({ id: lastId(), ...more })}\n`);

test('answers find their questions, in whichever order they come', async () => {
  const asked = [agent.ask('positions', { settleMs: 5 }), agent.ask('hold')] as const;
  await hears('"do":"hold"');
  expect(heard).toContain('"do":"positions","settleMs":5');
  const id = lastId();
  other?.write(
    `{"id":${id},"state":"stopped"}\n{"id":${id - 1},"positions":{"__proto__":"${'0'.repeat(15)}1/${'a'.repeat(16)}"}}\n`,
  );
  expect(await asked[1]).toEqual({ state: 'stopped' });
  expect((await asked[0]).positions.get('__proto__')).toBe(`${'0'.repeat(15)}1/${'a'.repeat(16)}`);
});

test('what the agent refuses is an error that says what it said', async () => {
  const asked = agent.ask('positions', {});
  await hears('positions');
  answer({ error: 'unsettled', database: 'data.db', detail: 'somebody writes' });
  await expect(asked).rejects.toThrow('unsettled (data.db: somebody writes)');
});

test('an answer that is none of what was asked is an error', async () => {
  const asked = agent.ask('status');
  await hears('status');
  answer({ state: 'asleep' });
  await expect(asked).rejects.toThrow(/state/);
});

test.each([
  ['that is no JSON', 'nonsense'],
  ['without a meaning', '{"event":"lunch"}'],
  ['with an answer to nothing', '{"id":123456}'],
  ['without an end', 'x'.repeat(70_000)],
])('a line %s ends the connection, and what was asked fails; then there is another', async (_what, line) => {
  const before = other;
  const asked = agent.ask('hold');
  await hears('hold');
  before?.write(line.length > 1_000 ? line : `${line}\n`);
  await expect(asked).rejects.toThrow(/none of its own/);
  await waitFor('another connection', () => other !== before && agent.state === 'running');
});

test('an agent that does not answer in time is left, and with it what it may hold', async () => {
  const before = other as Socket;
  const left = once(before, 'close');
  await expect(agent.ask('hold', {}, 50)).rejects.toThrow('the agent has not answered to hold for 50 ms');
  await left;
  await waitFor('another connection', () => other !== before && agent.state === 'running');
});

test('when the connection ends, what was asked fails and no state is known; nothing is asked again', async () => {
  const states: unknown[] = [];
  agent.onState((state) => states.push(state));
  const asked = agent.ask('hold');
  await hears('hold');
  heard = '';
  other?.destroy();
  await expect(asked).rejects.toThrow(/closed the connection/);
  await waitFor('another connection', () => states.length === 2);
  expect([states, heard]).toEqual([[undefined, 'running'], '']);
});

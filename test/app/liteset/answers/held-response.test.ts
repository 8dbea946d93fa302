import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { HeldResponse } from '../../../../app/liteset/answers/held-response.ts';
import { Problem } from '../../../../app/liteset/problem/problem.ts';

const FIRST = { txid: '1'.padStart(16, '0'), checksum: 'a'.repeat(16) };
const problem = new Problem({ type: 'urn:test', status: 504, title: 'Lost' }, 'gone', {
  headers: { 'Retry-After': '1' },
});

/** One answer under test, and what has happened to it, in order. */
interface Case {
  response: HeldResponse;
  res: ServerResponse;
  events: string[];
}
type Handler = (now: Case) => void | Promise<void>;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Serves with a listener, and sends one request. */
async function ask(listener: RequestListener, method = 'GET'): Promise<ClientRequest> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return request({ port, host: '127.0.0.1', method, agent: false }).end();
}

/** Serves one request with a handler, and returns what the client got. The head is stamped with the position. */
async function answer(handler: Handler, method = 'GET') {
  const events: string[] = [];
  let handled: Promise<void> | undefined;
  const sent = await ask((_req, res) => {
    res.on('error', (error) => events.push(`error ${error.message}`));
    const response = new HeldResponse(res, (position) => {
      events.push('stamp');
      res.setHeader('X-Stamp', position?.txid ?? 'now');
    });
    handled = Promise.resolve(handler({ response, res, events }));
  }, method);
  const [got] = (await once(sent, 'response')) as [IncomingMessage];
  const body = String(await buffer(got));
  await handled;
  return { status: got.statusCode, stamp: got.headers['x-stamp'], headers: got.headers, body, events };
}
/** Holds the answer; how it is settled is up to the test. */
const held =
  (settle: (now: Case) => void, handle: (res: ServerResponse) => void): Handler =>
  (now) => {
    now.response.hold(() => {
      now.events.push('decide');
      settle(now);
    });
    handle(now.res);
  };
const later = (settle: (now: Case) => void) => (now: Case) => void setImmediate(() => settle(now));
const release = ({ response }: Case) => response.settle();
const replace = ({ response }: Case) => response.settle(problem);

/** What a handler may do to answer `201 abc`, with the header X-Own. */
const handlers: [string, (res: ServerResponse) => void][] = [
  ['one end', (res) => void Object.assign(res, { statusCode: 201 }).setHeader('X-Own', '1').end('abc')],
  ['a head, then one end', (res) => void res.writeHead(201, { 'X-Own': '1' }).end('abc')],
  [
    'writes',
    (res) => {
      res.writeHead(201, { 'X-Own': '1' });
      res.write('a');
      res.write('b');
      res.end('c');
    },
  ],
  [
    'an early head',
    (res) => {
      res.writeHead(201, { 'X-Own': '1' }).flushHeaders();
      res.end('abc');
    },
  ],
  [
    'pieces in turns',
    (res) => {
      res.writeHead(201, { 'X-Own': '1' }).write('ab');
      setImmediate(() => setImmediate(() => res.end('c')));
    },
  ],
  ['a stream', (res) => void Readable.from(['a', 'b', 'c']).pipe(res.writeHead(201, { 'X-Own': '1' }))],
];
const ways: [string, (handle: (res: ServerResponse) => void) => Handler, string[]][] = [
  [
    'as it comes',
    (handle) =>
      ({ res }) =>
        handle(res),
    ['stamp'],
  ],
  ['held, and released at once', (handle) => held(release, handle), ['decide', 'stamp']],
  ['held, and released later', (handle) => held(later(release), handle), ['decide', 'stamp']],
];

describe.each(handlers)('an answer by %s', (_name, handle) => {
  test.each(ways)('arrives whole, stamped once: %s', async (_way, handler, events) => {
    expect(await answer(handler(handle))).toMatchObject({ status: 201, body: 'abc', stamp: 'now', events });
  });

  test.each([
    ['at once', replace],
    ['later', later(replace)],
  ])('can be replaced by a problem %s', async (_when, settle) => {
    const got = await answer(held(settle, handle));
    expect(got).toMatchObject({ status: 504, stamp: 'now', events: ['decide', 'stamp'] });
    expect(got.headers).toMatchObject({
      'retry-after': '1',
      'content-type': 'application/problem+json; charset=utf-8',
    });
    expect(got.headers['x-own']).toBeUndefined();
    expect(JSON.parse(got.body)).toMatchObject({ type: 'urn:test', detail: 'gone' });
  });

  test('is that of another pod if it is passed on', async () => {
    const got = await answer(({ response, res }) => {
      response.passOn();
      handle(res);
    });
    expect(got).toMatchObject({ status: 201, body: 'abc', stamp: undefined, events: [] });
  });
});

test('the head shows the position at which the answer was frozen', async () => {
  const freeze = (now: Case) => {
    now.response.freeze(FIRST);
    later(release)(now);
  };
  expect((await answer(held(freeze, (res) => void res.end()))).stamp).toBe(FIRST.txid);
});

test('nothing of a held answer is sent before it is released, and the decision knows the status', async () => {
  const got = await answer(
    held(
      (now) => {
        now.events.push(`status ${now.res.statusCode}, sent: ${now.res.headersSent}`);
        setTimeout(() => release(now), 20);
      },
      (res) => void res.writeHead(201).end('abc'),
    ),
  );
  expect(got.events).toEqual(['decide', 'status 201, sent: false', 'stamp']);
});

test('a head alone is no answer yet', async () => {
  const got = await answer((now) => {
    void held(release, (res) => void res.writeHead(201))(now);
    now.events.push('head');
    setImmediate(() => now.res.end());
  });
  expect(got.events).toEqual(['head', 'decide', 'stamp']);
});

test('the end is told before anything of it is sent, also where the answer is not held', async () => {
  const end: Handler = ({ response, res, events }) => {
    response.onEnd(() => events.push('end'));
    res.end('abc');
  };
  expect((await answer(end)).events).toEqual(['end', 'stamp']);
  const heldEnd: Handler = (now) => {
    now.response.onEnd(() => now.events.push('end'));
    void held(later(release), (res) => void res.end('abc'))(now);
  };
  expect((await answer(heldEnd)).events).toEqual(['end', 'decide', 'stamp']);
});

test('whoever writes waits while the answer is held, and goes on afterwards', async () => {
  const got = await answer(async ({ response, res, events }) => {
    response.hold(() => setTimeout(() => response.settle(), 20));
    events.push(`written: ${res.write('a')}`);
    await once(res, 'drain');
    events.push(`written: ${res.write('b')}`);
    res.end('c');
  });
  expect(got).toMatchObject({ body: 'abc', events: ['written: false', 'stamp', 'written: true'] });
});

test('a body that fills the socket is whole', async () => {
  const chunk = 'x'.repeat(1_000_000);
  for (const settle of [release, later(release)]) {
    const got = await answer(held(settle, (res) => void Readable.from(Array(10).fill(chunk)).pipe(res)));
    expect(got.body.length).toBe(10_000_000);
  }
});

test.each([
  ['released', release],
  ['replaced', replace],
])('an answer to HEAD that is %s has no body', async (_how, settle) => {
  const got = await answer(
    held(later(settle), (res) => void res.end('abc')),
    'HEAD',
  );
  expect([got.body, got.stamp]).toEqual(['', 'now']);
});

test('what a handler answers after a problem went in its place goes nowhere, and it can end', async () => {
  const got = await answer(async ({ response, res, events }) => {
    response.hold(() => response.settle(problem));
    res.write('a');
    await new Promise<void>((written) => res.write('b', () => written()));
    res.writeHead(200).end('c');
    events.push('ended');
  });
  expect(got).toMatchObject({ status: 504, events: ['stamp', 'ended'] });
});

test.each([
  ['released', release],
  ['replaced', replace],
])('one whose client goes while it is held can be %s', async (_how, settle) => {
  const errors: unknown[] = [];
  const isSettled = Promise.withResolvers<void>();
  const isBegun = Promise.withResolvers<void>();
  const sent = await ask((_req, res) => {
    res.on('error', (error) => errors.push(error));
    const response = new HeldResponse(res, () => {});
    response.hold(isBegun.resolve);
    res.once('close', () => {
      settle({ response, res, events: [] });
      res.write('more');
      res.end();
      setImmediate(isSettled.resolve);
    });
    res.write('abc');
  });
  sent.on('error', () => {});
  await isBegun.promise;
  sent.destroy();
  await isSettled.promise;
  expect(errors).toEqual([]);
});

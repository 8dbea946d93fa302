import type { ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../../../lib/free-port.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import { type ServicePod, startPod, stopPod } from '../rig/litefs-service.ts';
import { temporaryFolder } from '../rig/service.ts';

/** Reads of another process while the thread writes, on the real LiteFS: SQLite shows a commit before LiteFS has it. */
const READERS = 4;
/** How long it goes on where nothing is to be found, and at the most where something is, in milliseconds. */
const [RIGHT_MS, WRONG_MS] = [4_000, 60_000];
let child: ChildProcess | undefined;
afterEach(async () => {
  if (child) await stopPod(child);
  child = undefined;
}, TIMEOUTS.LITEFS);
jest.setTimeout(TIMEOUTS.STORY);

async function start(env: Record<string, string>): Promise<string> {
  const [port, litefsPort] = [await freePort(), await freePort()];
  const pod: ServicePod = {
    ...{ name: 'pod-0', host: '127.0.0.4', primaryHost: '127.0.0.4', port, primaryPort: port, litefsPort },
    ...{ folder: join(temporaryFolder(), 'pod'), sampleInvoices: 10 },
    // A kept answer would hide what a query sees.
    env: { READ_CACHE_BYTES: '0', ...env },
  };
  child = await startPod(pod);
  return `http://127.0.0.1:${port}`;
}

interface Seen {
  /** Invoices that were written, each with the position of its transaction. */
  written: Map<number, string>;
  /** The newest invoice that a read showed, and the position of the answer. */
  shown: { id: number; position: string }[];
}

/** How many answers of each kind a busy machine gives all the same, later than in its time. */
const AT_LEAST = 20;

/**
 * One client that writes: its next transaction begins after its answer, whose position so is that of the transaction. It ends
 * with the time, or as soon as something is found that is not covered.
 */
async function readAndWrite(url: string, ms: number): Promise<Seen> {
  const seen: Seen = { written: new Map(), shown: [] };
  const end = performance.now() + ms;
  const isTimeLeft = () => performance.now() < end || Math.min(seen.written.size, seen.shown.length) < AT_LEAST;
  const goesOn = () => isTimeLeft() && uncovered(seen).length === 0;
  const positionOf = (answer: Response) => answer.headers.get('Liteset-Position') ?? '';
  const write = async () => {
    const body = JSON.stringify({ customerId: 1, lines: [{ trackId: 1, quantity: 1 }] });
    while (goesOn()) {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${url}/api/invoices`, { method: 'POST', headers, body });
      const { invoiceId } = (await answer.json()) as { invoiceId: number };
      seen.written.set(invoiceId, positionOf(answer));
    }
  };
  const read = async () => {
    while (goesOn()) {
      const answer = await fetch(`${url}/api/invoices?limit=101&sort=-number`);
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      const { items } = (await answer.json()) as { items: { invoiceId: number }[] };
      seen.shown.push({ id: items[0]?.invoiceId ?? 0, position: positionOf(answer) });
    }
  };
  await Promise.all([write(), ...Array.from({ length: READERS }, read)]);
  console.log(`${seen.written.size} writes, ${seen.shown.length} reads, ${uncovered(seen).length} not covered`);
  return seen;
}

/** Answers that showed what is not there yet at their position. */
const uncovered = ({ written, shown }: Seen) => shown.filter(({ id, position }) => position < (written.get(id) ?? ''));

test('each answer under load has a position that covers what it shows', async () => {
  const seen = await readAndWrite(await start({}), RIGHT_MS);
  expect(uncovered(seen)).toEqual([]);
  expect(Math.min(seen.written.size, seen.shown.length)).toBeGreaterThanOrEqual(AT_LEAST);
});

test('where reads do not wait for the commit that they may have seen, some show what their position does not cover', async () => {
  const thread = JSON.stringify(pathToFileURL(resolve('app/liteset/group-commit/writer-thread.ts')));
  const careless = `import { WriterThread } from ${thread};
    Object.defineProperty(WriterThread.prototype, 'commitInProgress', { get: () => undefined });`;
  const url = await start({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(careless)}` });
  expect(uncovered(await readAndWrite(url, WRONG_MS)).length).toBeGreaterThan(0);
});

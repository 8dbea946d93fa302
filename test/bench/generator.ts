/**
 * The clients of a run, in a process of their own: each sends its next request when the last was answered, through one
 * kept connection (undici). It is told the run as JSON, and prints the result as JSON. Its own share of a core is part of
 * the result: near 1, it and not the server was measured.
 */
import { Client } from 'undici';
import { seeded } from '../../app/invoices/sample/random.ts';
import { type Call, type LoadName, loads } from './loads.ts';

/** One run. */
export interface Run {
  url: string;
  /** Host name to send, if not the address's. */
  host?: string | undefined;
  load: LoadName;
  /** The request that is sent instead of the load's, each time the same. */
  call?: Call;
  clients: number;
  seconds: number;
  invoices: number;
  seed: number;
}

/** What came of it. Latencies are in milliseconds. */
export interface Result {
  perSecond: number;
  errors: number;
  firstError?: string;
  p50: number;
  p99: number;
  max: number;
  /** How much of one core the clients took. */
  generatorCpu: number;
}

/** How long it goes on before it is measured, in milliseconds. */
const WARM_UP_MS = 500;

/** Sends one request. Not `connection.request`, whose stream of the body costs the clients as much again. */
function ask(connection: Client, { body, ...call }: Call, host: string | undefined) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    let status = 0;
    const chunks: Buffer[] = [];
    const headers = { ...(host && { host }), ...(body !== undefined && { 'content-type': 'application/json' }) };
    connection.dispatch(
      { ...call, body: body ?? null, headers },
      {
        onRequestStart: () => {},
        onResponseStart: (_controller, code) => {
          status = code;
        },
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve({ status, text: Buffer.concat(chunks).toString() }),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

async function measure({ url, host, load, call: fixed, clients, seconds, invoices, seed }: Run): Promise<Result> {
  const latencies: number[] = [];
  let errors = 0;
  let firstError: string | undefined;
  const begin = performance.now() + WARM_UP_MS;
  const end = begin + 1_000 * seconds;
  const client = async (number: number): Promise<void> => {
    const random = seeded(seed * 1_000 + number);
    const connection = new Client(url, { pipelining: 1 });
    while (performance.now() < end) {
      const call = fixed ?? loads[load](random, invoices);
      const sent = performance.now();
      try {
        const { status, text } = await ask(connection, call, host);
        if (status >= 300) throw new Error(`${status} ${text.slice(0, 300)}`);
      } catch (error) {
        errors++;
        firstError ??= `${call.method} ${call.path}: ${String(error)}`;
      }
      const answered = performance.now();
      if (answered >= begin && answered <= end) latencies.push(answered - sent);
    }
    await connection.close();
  };
  const running = Array.from({ length: clients }, (_one, number) => client(number));
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const before = process.cpuUsage();
  await Promise.all(running);
  const { user, system } = process.cpuUsage(before);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
  return {
    ...{ perSecond: latencies.length / seconds, errors, ...(firstError !== undefined && { firstError }) },
    ...{ p50: at(0.5), p99: at(0.99), max: latencies.at(-1) ?? 0, generatorCpu: (user + system) / (seconds * 1e6) },
  };
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as Run)));

import { setTimeout as delay } from 'node:timers/promises';

/** How long the requests of honest clients took, in milliseconds, and what went wrong. */
export interface Seen {
  readonly writes: number[];
  readonly reads: number[];
  readonly failed: string[];
}

const INVOICE = JSON.stringify({ customerId: 1, lines: [{ trackId: 1, quantity: 1 }] });
const JSON_BODY = { 'Content-Type': 'application/json' };

/** One that writes, and one that reads what was written, through all these pods in turns, until the work is done. */
export async function honest(urls: () => readonly string[], work: () => Promise<unknown>): Promise<Seen> {
  const seen: Seen = { writes: [], reads: [], failed: [] };
  let goesOn = true;
  let turn = 0;
  let token = '';
  const ask = async (times: number[], path: string, init: RequestInit, status: number) => {
    const all = urls();
    const url = `${all[turn++ % all.length]}${path}`;
    const began = performance.now();
    try {
      const answer = await fetch(url, init);
      const text = await answer.text();
      times.push(performance.now() - began);
      if (answer.status !== status) seen.failed.push(`${init.method ?? 'GET'} ${url}: ${answer.status} ${text}`);
      token = answer.headers.get('Liteset-Token') ?? token;
    } catch (error) {
      seen.failed.push(`${init.method ?? 'GET'} ${url}: ${String((error as Error).cause ?? error)}`);
    }
  };
  const writer = async () => {
    while (goesOn) {
      await ask(seen.writes, '/api/invoices', { method: 'POST', headers: JSON_BODY, body: INVOICE }, 201);
      await delay(5);
    }
  };
  const reader = async () => {
    while (goesOn) {
      await ask(seen.reads, '/api/invoices?limit=5', { headers: token ? { 'Liteset-Token': token } : {} }, 200);
      await delay(5);
    }
  };
  const clients = [writer(), reader()];
  await work();
  goesOn = false;
  await Promise.all(clients);
  return seen;
}

/** What that part of the requests did not take longer than. */
export function quantile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
}

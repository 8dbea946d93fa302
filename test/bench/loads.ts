import type { Random } from '../../app/invoices/sample/random.ts';

/** One request of a load. */
export interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
}

/** What a load asks for. `invoices` is how many there are at the beginning. */
export type Load = (random: Random, invoices: number) => Call;

const read = (id: number): Call => ({ method: 'GET', path: `/api/invoices/${id}` });
/** The sample data have at least so many of each. */
const [CUSTOMERS, TRACKS] = [50, 3_000];
const insert: Load = (random) => {
  const line = () => ({ trackId: random.int(1, TRACKS), quantity: random.int(1, 3) });
  const body = JSON.stringify({ customerId: random.int(1, CUSTOMERS), lines: [line(), line()] });
  return { method: 'POST', path: '/api/invoices', body };
};
const uniform: Load = (random, invoices) => read(random.int(1, invoices));

/** The loads by name. */
export const loads = {
  /** Invoices by their number, each as likely as any other. */
  uniform,
  /** The same by Zipf's law with the exponent 1: number k is asked for about 1/k times as often as number 1. */
  zipf: (random, invoices) => read(Math.floor((invoices + 1) ** (random.int(0, 999_999_999) / 1e9))),
  /** The first page of the list, in each of its orders. */
  list: (random) => ({
    method: 'GET',
    path: `/api/invoices?sort=${random.pick(['-date', 'date', '-total', 'total', '-number', 'number'])}`,
  }),
  /** New invoices of two lines. */
  insert,
  /** Nine reads by number to one new invoice. */
  mix: (random, invoices) => (random.chance(0.9) ? uniform(random, invoices) : insert(random, invoices)),
} satisfies Record<string, Load>;

export type LoadName = keyof typeof loads;

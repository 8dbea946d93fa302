import { newCounters } from '../../../../app/liteset/counters.ts';
import { Committer } from '../../../../app/liteset/group-commit/committer.ts';
import type { Liteset } from '../../../../app/liteset/liteset.ts';
import { explainSqlite } from '../../../../app/liteset/problem/sqlite-problem.ts';

/** Liteset as it is on a plain file: this process takes the writes, and there are no other pods. */
export const standalone: Liteset = {
  middleware: (_req, _res, next) => next(),
  handle: async (_req, _res, next) => next(),
  reach: async (_req, _signal, { here }) => here(undefined),
  explain: async (error) => explainSqlite(error),
  role: () => 'primary',
  primary: () => 'test-0',
  position: () => '0000000000000000',
  version: () => undefined,
  connected: () => true,
  standstillMs: () => 0,
  mayWrite: () => true,
  committer: (options) => new Committer(options, { arrivals: { ifIdle: () => undefined }, version: () => undefined }),
  onBecomePrimary: (listener) => listener(),
  onPrimaryChange: () => {},
  onTransaction: () => () => {},
  status: () => ({ pod: 'test-0', role: 'primary', primary: 'test-0', position: '0000000000000000', connected: true }),
  cluster: async () => ({
    primary: 'test-0',
    pods: [{ pod: 'test-0', role: 'primary', position: '0000000000000000', lagTransactions: 0, self: true }],
  }),
  switchover: async () => {
    throw new Error('there is nobody to switch over to');
  },
  leave: async () => {},
  counters: newCounters,
  close: async () => {},
};

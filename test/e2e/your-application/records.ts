import type { Service } from '../../lib/load/service.ts';
import { ask, type Endpoint, json } from '../cluster/http.ts';
import type { Application, Values } from '../cluster/release.ts';
import { attempt, nothing, outcomeOfWrite, reply } from '../load/attempt.ts';
import { allCopiesAreEqual } from './copies.ts';
import { imageOf } from './images.ts';
import { whoAnswers } from './who-answers.ts';

const program = ['python3', '/srv/records.py'];

/** Values for the test application: what a stranger would say of it. */
export async function recordsValues(more: Values = {}): Promise<Values> {
  return {
    ...more,
    app: {
      image: await imageOf('records'),
      command: program,
      port: 8000,
      runAsUser: 1000,
      databases: [{ name: 'records.db' }, { name: 'jobs.db' }],
      migrate: { command: [...program, 'migrate'] },
      workers: [{ name: 'jobs', command: [...program, 'worker'] }],
      ready: { path: '/health' },
    },
  };
}

/** The test application as a load uses it: a mark is a record's id, and there cannot be two of one. */
const records = (endpoint: Endpoint): Service => ({
  async write(mark) {
    const [answer, said] = await attempt(endpoint, '/records', { method: 'POST', body: { id: mark } });
    if (!answer) return nothing(said);
    const replayed = answer.status === 409;
    const outcome = replayed ? 'done' : outcomeOfWrite(answer);
    const retryLater = answer.status === 503 && answer.headers['retry-after'] !== undefined;
    const number = outcome === 'done' ? { id: (JSON.parse(answer.text) as { number: number }).number } : {};
    return { ...reply(answer, outcome, said), ...number, replayed, retryLater };
  },
  async read(id) {
    const [answer, said] = await attempt(endpoint, id === undefined ? '/health' : `/records/${id}`, {});
    if (!answer) return nothing(said);
    const found = answer.status === 200;
    return { ...reply(answer, found || answer.status === 404 ? 'done' : 'unknown', said), found };
  },
});

/** The test application, as stories know it. */
export const recordsApplication: Application = {
  path: '/health',
  primary: whoAnswers('/health'),
  underLoad: {
    process: program.join(' '),
    service: async ({ ingress }) => records(ingress),
    marks: async ({ ingress }, { prefix }) => {
      const { ids } = json<{ ids: string[] }>(await ask(ingress, '/records'));
      return ids.filter((id) => id.startsWith(prefix));
    },
    copiesAreEqual: allCopiesAreEqual,
  },
};

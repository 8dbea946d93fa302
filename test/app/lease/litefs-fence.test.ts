import { monotonicMs } from '../../../app/liteset/lib/monotonic.ts';
import { waitFor } from '../../lib/wait-for.ts';
import { LeaseCluster } from './rig/lease-cluster.ts';
import type { LeasePod } from './rig/lease-pod.ts';
import { TIMEOUTS } from './rig/timeouts.ts';

const cluster = new LeaseCluster();
beforeAll(() => cluster.start(), TIMEOUTS.START);
afterAll(() => cluster.stop(), TIMEOUTS.STOP);
jest.setTimeout(TIMEOUTS.TEST);

/** The pods of this machine share its clock, so that the fence of one can be compared with what another does. */
test.each<[string, (pod: LeasePod) => void, (pod: LeasePod) => void]>([
  ['loses the API server', (pod) => pod.link.pause(), (pod) => pod.link.resume()],
  ['is frozen', (pod) => pod.hold('SIGSTOP'), (pod) => pod.hold('SIGCONT')],
])('the fence of a primary that %s has ended before another pod is primary', async (_what, cutOff, mend) => {
  const former = await cluster.primary();
  const end = new AbortController();
  const ends: number[] = [];
  former.followFence((until) => ends.push(until), end.signal);
  await waitFor('two renewals', async () => ends.length >= 3);
  expect(ends).toEqual([...ends].sort((one, other) => one - other));
  cutOff(former);
  try {
    const anotherLeads = async () => (await cluster.primaries()).some((pod) => pod !== former);
    await waitFor('another primary', anotherLeads, TIMEOUTS.PRIMARY);
    const now = monotonicMs();
    expect(Math.max(...ends)).toBeLessThan(now);
  } finally {
    mend(former);
    end.abort();
  }
  await waitFor('the former one to step down', async () => !(await former.isPrimary()), TIMEOUTS.PRIMARY);
  await cluster.settled();
});

test('while the API server is held up nobody is primary, and then somebody is again', async () => {
  await cluster.primary();
  cluster.api.signal('SIGSTOP');
  try {
    await waitFor('the primary to step down', async () => (await cluster.primaries()).length === 0, TIMEOUTS.PRIMARY);
  } finally {
    cluster.api.signal('SIGCONT');
  }
  await cluster.settled();
});

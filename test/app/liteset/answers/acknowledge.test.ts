import { NO_OFFENCES } from '../../../lib/load/check.ts';
import type { Outcome } from '../../../lib/load/history.ts';
import { Load } from '../../../lib/load/load.ts';
import { waitFor } from '../../../lib/wait-for.ts';
import { TIMEOUTS } from '../../timeouts.ts';
import type { LitefsPod } from '../rig/litefs-pod.ts';
import { counters, MovableCluster } from '../rig/movable-cluster.ts';
import { offences, rowService } from '../rig/row-service.ts';

/** Two real LiteFS, so that the one replica is the next primary, and replication that can be held. */
let cluster: MovableCluster;
const start = async (env: Record<string, string>) => {
  cluster = new MovableCluster();
  await cluster.start(2, { PRIMARY_WAIT_MS: '1500', ACK_TIMEOUT_MS: '500', ...env }, { withLinks: true });
};
afterEach(() => cluster.stop(), TIMEOUTS.LITEFS);
jest.setTimeout(TIMEOUTS.STORY);

const post = (pod: LitefsPod, text: string) => fetch(`${pod.url}/rows`, { method: 'POST', body: text });
const rows = async (pod: LitefsPod) => (await (await fetch(`${pod.url}/rows`)).json()) as string[];
/** Kills the primary at once and waits until the other pod has taken over. */
const failOver = async () => {
  const { pod, others } = await cluster.primary();
  await pod.kill();
  cluster.link(pod).cut();
  const { pod: successor } = await cluster.primary();
  expect(others).toContain(successor);
  return { killed: pod, successor };
};

const ROUNDS = 5;

test(`with ackReplicas=1, ${ROUNDS} primaries killed under load take no acknowledged write with them`, async () => {
  await start({ ACK_REPLICAS: '1' });
  let targets = cluster.pods;
  const load = new Load(
    rowService(() => targets),
    { writers: 4, restMs: 5 },
  );
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await load.acknowledges(20);
      const { killed, successor } = await failOver();
      targets = [successor];
      await killed.start();
      await cluster.settled(1);
      targets = cluster.pods;
    }
    await load.acknowledges(20);
  } finally {
    await load.stop();
  }
  await cluster.level();
  const found = await offences(load, (await cluster.primary()).pod);
  const count = (outcome: Outcome) => load.history.writes(outcome).length;
  console.log(`${count('done')} acknowledged writes, ${count('unknown')} not acknowledged, ${found.lost.length} lost`);
  expect(found).toEqual(NO_OFFENCES);
});

/** Ten writes while replication is held, then the primary is killed. Returns what was acknowledged, and what is left of it. */
const writeAndKill = async () => {
  const { pod } = await cluster.primary();
  cluster.link(pod).pause();
  const texts = Array.from({ length: 10 }, (_one, i) => `row ${i}`);
  const answers = await Promise.all(texts.map((text) => post(pod, text)));
  const acknowledged = texts.filter((_text, i) => answers[i]?.status === 201);
  const { successor } = await failOver();
  const left = await rows(successor);
  return { answers, acknowledged, lost: acknowledged.filter((text) => !left.includes(text)) };
};

test('a write that no replica has yet is lost with the primary if it was acknowledged without them', async () => {
  await start({ ACK_REPLICAS: '0' });
  const { acknowledged, lost } = await writeAndKill();
  console.log(`without: ${lost.length} of ${acknowledged.length} acknowledged writes lost`);
  expect(acknowledged).toHaveLength(10);
  expect(lost).toHaveLength(10);
});

test('with ackReplicas=1 a write that no replica has yet is not acknowledged, and the client is told that it may be lost', async () => {
  await start({ ACK_REPLICAS: '1' });
  const { answers, acknowledged, lost } = await writeAndKill();
  expect({ acknowledged, lost }).toEqual({ acknowledged: [], lost: [] });
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(504));
  expect(await answers[0]?.json()).toMatchObject({ type: 'urn:liteset:problem:not-replicated' });
  expect(answers[0]?.headers.get('Retry-After')).toBeNull();
});

/** A read of what only the primary has, once it has written it. */
const readOfUnreplicated = async (pod: LitefsPod) => {
  const before = await rows(pod);
  cluster.link(pod).pause();
  void post(pod, 'alone').catch(() => {});
  await waitFor('the write to be done', async () => (await counters(pod)).holding === 1);
  return { before, answer: fetch(`${pod.url}/rows`) };
};

test('a read on the primary does not show what no replica has before one has it', async () => {
  await start({ ACK_REPLICAS: '1', ACK_TIMEOUT_MS: '60000' });
  const { pod } = await cluster.primary();
  const { before, answer } = await readOfUnreplicated(pod);
  let isAnswered = false;
  void answer.finally(() => (isAnswered = true)).catch(() => {});
  // By then it would have been answered: a later request is.
  for (let i = 0; i < 20; i++) await fetch(`${pod.url}/liteset/status`);
  expect(isAnswered).toBe(false);
  cluster.link(pod).resume();
  const shown = await answer;
  expect(shown.headers.get('Liteset-Replicas')).toBeNull();
  expect(await shown.json()).toEqual([...before, 'alone']);
});

test('a read that showed what goes with the primary is not answered', async () => {
  await start({ ACK_REPLICAS: '1', ACK_TIMEOUT_MS: '60000' });
  const { pod } = await cluster.primary();
  const { answer } = await readOfUnreplicated(pod);
  const shown = answer.then(({ status }) => status).catch(() => 'none');
  const { successor } = await failOver();
  expect(await shown).toBe('none');
  expect(await rows(successor)).not.toContain('alone');
});

test('a read that no replica confirms in time is answered, and says so', async () => {
  await start({ ACK_REPLICAS: '1' });
  const { pod } = await cluster.primary();
  const { answer } = await readOfUnreplicated(pod);
  const shown = await answer;
  expect(shown.headers.get('Liteset-Replicas')).toBe('0 of 1');
  expect(await shown.json()).toContain('alone');
  expect((await counters(pod)).readsShort).toBeGreaterThan(0);
});

test('the policy acknowledge answers all the same, and says how many replicas have it', async () => {
  await start({ ACK_REPLICAS: '1', ACK_POLICY: 'acknowledge' });
  const { pod } = await cluster.primary();
  expect((await post(pod, 'with')).headers.get('Liteset-Replicas')).toBe('1 of 1');
  cluster.link(pod).pause();
  const without = await post(pod, 'without');
  expect([without.status, without.headers.get('Liteset-Replicas')]).toEqual([201, '0 of 1']);
  expect(await without.json()).toEqual({ text: 'without' });
  cluster.link(pod).resume();
  expect(await counters(pod)).toMatchObject({ acknowledged: 2, acknowledgedShort: 1 });
});

test('the policy refuse takes no write while no replica is there, and takes it when one comes', async () => {
  await start({ ACK_REPLICAS: '1' });
  const { pod, others } = await cluster.primary();
  await others[0]?.kill();
  await cluster.settled(0);
  const before = await rows(pod);
  const refused = await post(pod, 'too early');
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ type: 'urn:liteset:problem:too-few-replicas' });
  expect(await rows(pod)).toEqual(before);
  const starting = others[0]?.start();
  await waitFor('a write to be taken', async () => (await post(pod, 'in time')).status === 201);
  await starting;
});

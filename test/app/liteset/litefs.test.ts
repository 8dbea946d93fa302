import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../lib/wait-for.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { litefsPair } from './rig/litefs-pair.ts';
import type { LitefsPod } from './rig/litefs-pod.ts';
import { PausableLink } from './rig/pausable-link.ts';

/** The middleware on the real LiteFS: a primary and a replica with a static lease, each with a mount and an application. */
describe.each([
  ['wal', 500],
  ['delete', 200],
])('with journal_mode = %s', (journalMode, rounds) => {
  const directory = mkdtempSync(join(tmpdir(), 'liteset-'));
  let link: PausableLink;
  let primary: LitefsPod;
  let replica: LitefsPod;

  beforeAll(async () => {
    const between = (litefsPort: number) => {
      link = new PausableLink(litefsPort);
      return link.listen();
    };
    ({ primary, replica } = await litefsPair({ directory, journalMode, between }));
  }, TIMEOUTS.LITEFS);

  afterAll(async () => {
    await Promise.all([replica?.stop(), primary?.stop()]);
    link?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const write = (pod: LitefsPod, text: string) => fetch(`${pod.url}/rows`, { method: 'POST', body: text });
  const newest = async (pod: LitefsPod, token?: string | null) => {
    const answer = await fetch(`${pod.url}/rows/newest`, { headers: token ? { 'Liteset-Token': token } : {} });
    const row = (await answer.json()) as { id: number; count: number };
    return { ...row, token: answer.headers.get('Liteset-Token'), role: answer.headers.get('Liteset-Role') };
  };

  test('a write to the replica gets the answer that the primary would have given', async () => {
    const [direct, forwarded] = [await write(primary, 'same'), await write(replica, 'same')];
    const comparable = async (answer: Response) => ({
      status: `${answer.status} ${answer.statusText}`,
      body: await answer.text(),
      headers: [...answer.headers].map(([name, value]) =>
        /^(date|etag|location|liteset-position|liteset-token)$/.test(name)
          ? name
          : [name, value.replace(/-token=[^;]*/, '')],
      ),
    });
    expect(await comparable(forwarded)).toEqual(await comparable(direct));
    expect(forwarded.headers.get('Liteset-Pod')).toBe('pod-0');
    expect(forwarded.headers.get('Liteset-Role')).toBe('primary');
    expect(forwarded.headers.getSetCookie()).toHaveLength(3);
  });

  test('10 MB of bytes go through the replica and back unchanged', async () => {
    const bytes = randomBytes(10 * 1024 * 1024);
    const answer = await fetch(`${replica.url}/bytes`, { method: 'POST', body: bytes });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('X-Length')).toBe(String(bytes.length));
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test(
    `${rounds} writes, each read at once through the other pod, are never missing`,
    async () => {
      for (let round = 0; round < rounds; round++) {
        const [one, other] = round % 2 ? [primary, replica] : [replica, primary];
        const answer = await write(one, `round ${round}`);
        expect(answer.status).toBe(201);
        const id = Number(answer.headers.get('Location')?.split('/').at(-1));
        expect((await newest(other, answer.headers.get('Liteset-Token'))).id).toBeGreaterThanOrEqual(id);
      }
    },
    TIMEOUTS.MANY,
  );

  test(
    'a reader that goes from pod to pod while another writes never sees time go back',
    async () => {
      let writing = true;
      const writer = (async () => {
        while (writing) await write(primary, 'meanwhile');
      })();
      const seen: number[] = [];
      let token: string | null = null;
      for (let round = 0; round < 200; round++) {
        const answer = await newest(round % 2 ? replica : primary, token);
        seen.push(answer.id);
        token = answer.token;
      }
      writing = false;
      await writer;
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen.at(-1)).toBeGreaterThan(seen[0] ?? 0);
    },
    TIMEOUTS.LITEFS,
  );

  test('while replication stands, a read without the token is stale, and one with it is answered by the primary', async () => {
    const before = await newest(primary);
    await waitFor('the replica to be level', async () => (await newest(replica)).id === before.id);
    link.pause();
    try {
      const written = await write(replica, 'not replicated yet');
      const token = written.headers.get('Liteset-Token');
      expect(await newest(replica)).toMatchObject({ id: before.id, role: 'replica' });
      expect(await newest(replica, token)).toMatchObject({ id: before.id + 1, role: 'primary' });
    } finally {
      link.resume();
    }
    const current = await newest(primary);
    await waitFor('the replica to catch up', async () => (await newest(replica)).id === current.id);
    expect(await newest(replica, current.token)).toMatchObject({ id: current.id, role: 'replica' });
  });

  test('a GET that writes on the replica is told who the primary is, and writes nothing', async () => {
    const before = await newest(primary);
    const answer = await fetch(`${replica.url}/write`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
    expect(await answer.json()).toMatchObject({ type: 'urn:liteset:problem:replica-write', primary: '127.0.0.2' });
    expect((await newest(primary)).count).toBe(before.count);
    expect((await newest(replica)).count).toBe(before.count);
  });

  test(
    'a write waits for a primary that restarts, and reads go on meanwhile',
    async () => {
      const before = await newest(primary);
      await waitFor('the replica to be level', async () => (await newest(replica)).id === before.id);
      await primary.stop();
      const waiting = write(replica, 'while the primary was away');
      for (let round = 0; round < 20; round++)
        expect(await newest(replica)).toMatchObject({ id: before.id, role: 'replica' });
      await primary.start();
      const answer = await waiting;
      expect([answer.status, await answer.text()]).toEqual([201, expect.any(String)]);
      expect((await newest(replica, answer.headers.get('Liteset-Token'))).id).toBe(before.id + 1);
    },
    TIMEOUTS.LITEFS,
  );
});

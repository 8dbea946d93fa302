import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../lib/wait-for.ts';
import { TIMEOUTS } from '../timeouts.ts';
import { Consul } from './rig/consul.ts';
import { LitefsNode } from './rig/litefs-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'liteset-'));
const file = join(folder, 'token');
const consul = new Consul();
let node: LitefsNode | undefined;

/** As the kubelet does: the file has the old token or the new one, and is never empty. */
const put = (token: string): void => {
  writeFileSync(`${file}.new`, `${token}\n`);
  renameSync(`${file}.new`, file);
};
/** What Consul answers to the next renewal of the lease. */
const nextRenewal = async (): Promise<number | undefined> => {
  const before = consul.renewals.length;
  await waitFor('a renewal', () => consul.renewals.length > before);
  return consul.renewals.at(-1);
};

beforeAll(() => consul.start(), TIMEOUTS.LITEFS);
afterAll(async () => {
  await node?.stop();
  await consul.stop();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUTS.LITEFS);

test(
  'the primary goes on with the token that its file has now',
  async () => {
    const [old, next] = [await consul.token(), await consul.token()];
    put(old.id);
    const lease = { url: consul.url, key: 'test', ttl: '10s' };
    node = await LitefsNode.startWith(folder, { consul: lease, env: { CONSUL_HTTP_TOKEN_FILE: file } });
    expect(await nextRenewal()).toBe(200);
    put(next.id);
    await old.revoke();
    expect(await nextRenewal()).toBe(200);
    await next.revoke();
    expect(await nextRenewal()).toBe(403);
    put((await consul.token()).id);
    expect(await nextRenewal()).toBe(200);
  },
  TIMEOUTS.STORY,
);

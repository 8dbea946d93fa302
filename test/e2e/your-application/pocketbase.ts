import PocketBase from 'pocketbase';
import { kubectl } from '../cluster/kubectl.ts';
import { deletePod, podNames, podsReady, primary } from '../cluster/pods.ts';
import type { Application, Release, Values } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { until } from '../cluster/until.ts';
import { allCopiesAreEqual } from './copies.ts';
import { imageOf } from './images.ts';
import { asApplication, withProxies } from './pods.ts';
import { whoAnswers } from './who-answers.ts';

const program = '/program';
const folder = '/pb_data';
const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };

/** Values for PocketBase, of which nothing was changed: an image of one static file, two databases with fixed paths. */
export const pocketbaseValues = async (): Promise<Values> => ({
  app: {
    image: await imageOf('pocketbase'),
    command: [program, 'serve', '--http=127.0.0.1:8090', `--dir=${folder}`, '--automigrate=false'],
    port: 8090,
    runAsUser: 65532,
    databases: ['data.db', 'auxiliary.db'].map((name) => ({ name, path: `${folder}/${name}` })),
    ready: { path: '/api/health' },
  },
  extraVolumes: [{ name: 'files', emptyDir: {} }],
  extraVolumeMounts: [{ name: 'files', mountPath: folder }],
});

/** PocketBase, as far as stories have to know it: they make no load on it. */
export const pocketbase: Application = { path: '/api/health', primary: whoAnswers('/api/health') };

/** What its own client does, through each pod. */
export function pocketbaseStories(release: Release): void {
  story('its own client writes through each pod, and no record is lost with the primary', release, async (step) => {
    const names = await podNames(release);
    const leader = await primary(release);
    const replica = names.find((pod) => pod !== leader) ?? '';
    /** Does something with its own client, through one pod. */
    const through = <T>(pod: string, work: (client: PocketBase) => Promise<T>): Promise<T> =>
      withProxies(release, [pod], async (at) => work(await administrator(at(pod).url)));
    const write = async (what: string) => {
      for (const pod of names)
        await step(`a record through ${pod}`, () =>
          through(pod, (client) => client.collection('notes').create({ text: `${what} ${pod}` })),
        );
    };
    const upsert = [program, 'superuser', 'upsert', ADMIN.email, ADMIN.password, `--dir=${folder}`];
    await step('make an administrator by its own command', () => kubectl(asApplication(release, leader, upsert)));
    await step('make a collection through a replica', () =>
      through(replica, (client) =>
        client.collections.create({ name: 'notes', type: 'base', fields: [{ name: 'text', type: 'text' }] }),
      ),
    );
    await write('before');
    await step('the copies of both databases are equal', () => allCopiesAreEqual(release));
    await step(`delete ${leader}`, () => deletePod(release, leader));
    await step('another pod is the primary', () =>
      until('another primary', 'NEW_PRIMARY', async () => (await primary(release)) !== leader),
    );
    await step('all are Ready', () => podsReady(release, 3));
    await write('after');
    const all = await through(leader, (client) => client.collection('notes').getFullList({ sort: 'text' }));
    const texts = all.map((it) => it['text'] as string);
    expect(texts).toEqual(['after', 'before'].flatMap((what) => names.map((pod) => `${what} ${pod}`)));
    await step('the copies of both databases are equal', () => allCopiesAreEqual(release));
  });
}

async function administrator(url: string): Promise<PocketBase> {
  const client = new PocketBase(url);
  await client.collection('_superusers').authWithPassword(ADMIN.email, ADMIN.password);
  return client;
}

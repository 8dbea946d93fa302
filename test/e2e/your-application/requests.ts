import { ask, json } from '../cluster/http.ts';
import { tryKubectl } from '../cluster/kubectl.ts';
import { podNames, primary } from '../cluster/pods.ts';
import type { Release } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';
import { allCopiesAreEqual } from './copies.ts';
import { asApplication, withProxies } from './pods.ts';

/** What a stranger does first. */
export function requestStories(release: Release): void {
  story('a record written through each pod is on all copies, whatever the method', release, async (step) => {
    const names = await podNames(release);
    const leader = await primary(release);
    await withProxies(release, names, async (at) => {
      for (const pod of names) {
        const posted = await step(`a POST through ${pod}`, () =>
          ask(at(pod), '/records', { method: 'POST', body: { id: `post through ${pod}` } }),
        );
        expect(posted).toMatchObject({ status: 201, pod: leader, role: 'primary' });
        const got = await step(`a GET that writes through ${pod}`, () => ask(at(pod), `/write-on-get?id=get-${pod}`));
        expect(got).toMatchObject({ status: 200, pod: leader });
      }
    });
    const { ids } = json<{ ids: string[] }>(await ask(release.ingress, '/records'));
    expect(ids).toEqual(expect.arrayContaining(names.flatMap((pod) => [`post through ${pod}`, `get-${pod}`])));
    await step('the copies are equal', () => allCopiesAreEqual(release));
  });

  story('the timer and the worker write on the primary only, and the migration ran once', release, async (step) => {
    interface Counts {
      ticks: [number, number];
      jobs: [number, number];
      migrations: [string | null, number][];
    }
    const { ticks, jobs, migrations } = await step('count', async () =>
      json<Counts>(await ask(release.ingress, '/counts')),
    );
    expect({ ticks: ticks[1], jobs: jobs[1], migrations: migrations.length }).toEqual({
      ticks: 1,
      jobs: 1,
      migrations: 1,
    });
    expect(Math.min(ticks[0], jobs[0])).toBeGreaterThan(0);
  });

  story('`kubectl exec` runs as the application on the primary, and a replica names the primary', release, async () => {
    const leader = await primary(release);
    for (const pod of await podNames(release)) {
      const command = ['python3', '-c', "import os; print(os.getuid(), os.getcwd(), os.listdir('/litefs'))"];
      const said = await tryKubectl(asApplication(release, pod, command));
      if (pod === leader)
        expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1000 \/srv .*records.db/) });
      else expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining(`which is ${leader}.`) });
    }
  });

  story('the application has no right, and sees nothing of LiteFS\u2019s volume', release, async () => {
    const pod = await primary(release);
    const inApp = (...command: string[]) => tryKubectl(asApplication(release, pod, command));
    const status = (await inApp('cat', '/proc/self/status')).stdout;
    for (const line of [
      'Uid:\t1000\t1000\t1000\t1000',
      'Gid:\t1000\t1000\t1000\t1000',
      'Groups:\t \n',
      'NoNewPrivs:\t1',
    ])
      expect(status).toContain(line);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(status).toContain(`${set}:\t${'0'.repeat(16)}`);
    for (const path of ['/var/lib/litefs', '/run/liteset/agent.sock'])
      expect(
        await inApp(
          'python3',
          '-c',
          `import os, sys; sys.exit(any(os.access('${path}', it) for it in (os.R_OK, os.W_OK)))`,
        ),
      ).toMatchObject({ code: 0 });
  });
}

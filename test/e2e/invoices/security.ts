import { ask } from '../cluster/http.ts';
import { kubectlJson } from '../cluster/kubectl.ts';
import { exec, pods, primary } from '../cluster/pods.ts';
import { invoices } from '../cluster/release.ts';
import { story } from '../cluster/story.ts';

/** `/proc/<pid>/status` of the process whose command line is the words, as a pod shows it. */
async function processStatus(pod: string, words: string): Promise<Record<string, string>> {
  const script = `for it in /proc/[0-9]*; do
    if [ "$(tr '\\0' ' ' <$it/cmdline)" = "${words} " ]; then cat $it/status; exit; fi
  done 2>/dev/null; exit 1`;
  const text = await exec(invoices, pod, ['sh', '-c', script]);
  return Object.fromEntries(text.split('\n').map((line) => line.split(/:\s*/, 2) as [string, string]));
}

/** What an attacker on the network or in the program finds. */
export function securityStories(): void {
  describe('the default installation', () => {
    story('has no privileged container, and its root is nobody on the node', invoices, async (step) => {
      for (const { metadata, spec } of await pods(invoices)) {
        await step(metadata.name, () => {
          expect(spec.hostUsers).toBe(false);
          for (const { securityContext } of spec.containers) expect(securityContext?.privileged ?? false).toBe(false);
        });
      }
    });

    story(
      'runs the program as user 10001 without any capability, and with no way to get one',
      invoices,
      async (step) => {
        for (const { metadata } of await pods(invoices)) {
          await step(metadata.name, async () => {
            const status = await processStatus(metadata.name, 'node app/invoices/server.ts');
            const ids = '10001\t10001\t10001\t10001';
            expect(status).toMatchObject({ Uid: ids, Gid: ids, NoNewPrivs: '1' });
            for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
              expect(status[set]).toBe('0'.repeat(16));
          });
        }
      },
    );

    story("shows LiteFS's own port neither through the Ingress nor through the Service", invoices, async (step) => {
      interface Service {
        spec: { ports: { name: string; port: number; targetPort: string }[] };
      }
      await step('the Service has the port of the application only', async () => {
        const { spec } = await kubectlJson<Service>(['-n', 'invoices', 'get', 'service', 'invoices']);
        expect(spec.ports.map(({ name, targetPort }) => ({ name, targetPort }))).toEqual([
          { name: 'http', targetPort: 'http' },
        ]);
      });
      await step('probes, metrics and status are not there through the Ingress', async () => {
        for (const path of ['/livez', '/readyz', '/metrics', '/liteset/status'])
          expect((await ask(invoices.ingress, path)).status).toBe(404);
      });
      await step('a form of another site writes nothing', async () => {
        const headers = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
        for (const path of ['/invoices', '/invoices/1/delete'])
          expect((await ask(invoices.ingress, path, { method: 'POST', headers })).status).toBe(403);
      });
      await step("LiteFS's requests get nowhere through the Ingress", async () => {
        const before = await primary(invoices);
        for (const path of [
          '/events',
          '/info',
          '/promote',
          '/handoff',
          '/stream',
          '/export',
          '/import',
          '/litefs/health',
          '/debug/pprof/',
        ]) {
          for (const method of ['GET', 'POST']) {
            expect((await ask(invoices.ingress, path, { method })).headers['content-type']).toMatch(
              /problem\+json|text\/html/,
            );
            expect((await ask(invoices.ingress, path, { method })).status).toBe(404);
          }
        }
        expect(await primary(invoices)).toBe(before);
      });
    });
  });
}

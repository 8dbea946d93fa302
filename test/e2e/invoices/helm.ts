import { existsSync } from 'node:fs';
import { objects } from '../../chart/helm.ts';
import { valuesMatrix } from '../../chart/matrix.ts';
import { ask } from '../cluster/http.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { commands, onCluster } from '../cluster/notes.ts';
import { forwardByCommand } from '../cluster/port-forward.ts';
import { CHART, helm, invoices } from '../cluster/release.ts';
import { run } from '../cluster/run.ts';
import { story } from '../cluster/story.ts';

/** What Helm says and does with the release. */
export function helmStories(): void {
  describe('the chart', () => {
    story('its notes tell how to reach one pod, and the command works', invoices, async (step) => {
      const notes = await helm(invoices, ['get', 'notes', invoices.name]);
      const command = commands(notes).find((line) => line.includes('port-forward'));
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(notes) ?? [];
      const forward = await step(`run ${command}`, () => forwardByCommand(['kubectl', ...onCluster(command)]));
      try {
        await step(`${url} is that pod`, async () => {
          expect(forward.url).toBe(url);
          for (const path of ['/', '/api/cluster', '/api/invoices']) {
            expect(await ask({ url }, path)).toMatchObject({ status: 200, pod: 'invoices-0' });
          }
        });
      } finally {
        await forward.close();
      }
    });

    story('helm test passes', invoices, async (step) => {
      const output = await step('helm test', () =>
        helm(invoices, ['test', invoices.name, '--logs'], { limit: 'HELM_TEST' }),
      );
      expect(output).toMatch(/Phase:\s+Succeeded/);
      await kubectl(['-n', invoices.namespace, 'delete', 'pod', 'invoices-test', '--ignore-not-found']);
    });
  });

  describe('the API server', () => {
    story('accepts every way to install the chart, strictly', invoices, async (step) => {
      const apis = new Set((await kubectl(['api-versions'])).split('\n'));
      for (const version of ['helm', 'helm3'].filter((it) => existsSync(`hack/.bin/${it}`))) {
        const rendered = await step(`render all with ${version}`, () =>
          Promise.all(
            valuesMatrix().map(async ({ name, file, needs }) => {
              // The name of the release tells in a complaint which way it was.
              const args = ['template', `dry-${name}`, CHART, '--namespace', invoices.namespace, '-f', file];
              const all = objects(await run(version, [...args, ...needs.flatMap((api) => ['--api-versions', api])]));
              // What the cluster has no API for cannot be asked about.
              return all.filter(({ apiVersion }) => apis.has(apiVersion) || !needs.includes(apiVersion));
            }),
          ),
        );
        const items = rendered.flat();
        await step(`ask about ${items.length} objects`, async () => {
          const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
          const dryRun = ['apply', '--dry-run=server', '--validate=strict', '-n', invoices.namespace, '-f', '-'];
          const output = await kubectl(dryRun, { input, limit: 'PODS_READY' });
          expect(output.trim().split('\n')).toHaveLength(items.length);
        });
      }
    });
  });
}

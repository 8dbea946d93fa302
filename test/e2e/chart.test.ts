import { existsSync } from 'node:fs';
import { objects } from '../chart/helm.ts';
import { valuesMatrix } from '../chart/matrix.ts';
import { nothingIsMissing } from './assertions/copies.ts';
import { anOrder, write } from './assertions/invoices.ts';
import { ask } from './cluster/http.ts';
import { CONTEXT, deleteNamespace, kubectl, names } from './cluster/kubectl.ts';
import { fuseMounts, nodes } from './cluster/nodes.ts';
import { pods, podsReady, primary, replicas, withPods } from './cluster/pods.ts';
import { forwardByCommand } from './cluster/port-forward.ts';
import { CHART, helm, install, invoices, ownRelease } from './cluster/release.ts';
import { run } from './cluster/run.ts';
import { story } from './cluster/story.ts';
import { until } from './cluster/until.ts';

/** The commands in a text of Helm: what is indented. */
const commands = (notes: string): string[] =>
  notes
    .split('\n')
    .filter((line) => /^ {2}\S/.test(line))
    .map((line) => line.trim());

/** A documented kubectl command as words, on the cluster under test. */
function onCluster(command: string | undefined): string[] {
  const [program, ...args] = (command ?? '').split(' ');
  if (program !== 'kubectl') throw new Error(`there is no such command in the notes, but '${command}'`);
  return ['--context', CONTEXT, ...args];
}

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

  const release = ownRelease('second');
  story('helm uninstall leaves the databases, and the notes say so and how to delete them', release, async (step) => {
    try {
      const notes = await step('install a second release', () => install(release, { replicaCount: 1 }));
      await step('its pod is Ready', () => podsReady(release, 1));
      await step('the notes say that the databases stay', () =>
        expect(notes).toMatch(/helm uninstall leaves the databases/),
      );
      await step('uninstall it', () => helm(release, ['uninstall', release.name, '--wait'], { limit: 'POD_GONE' }));
      await step('the pod is gone', () =>
        until('no pod', 'POD_GONE', async () => (await names('pods', release.namespace)).length === 0),
      );
      await step('the claim is there', async () =>
        expect(await names('pvc', release.namespace)).toEqual(['data-second-0']),
      );
      await step('the command of the notes deletes it', async () => {
        await kubectl(onCluster(commands(notes).find((line) => line.includes('delete pvc'))).slice(2));
        expect(await names('pvc', release.namespace)).toEqual([]);
      });
    } finally {
      await deleteNamespace(release.namespace);
    }
  });

  const privileged = ownRelease('privileged');
  story(
    'fuse.mode=privileged works, for clusters without user namespaces or device plugin',
    privileged,
    async (step) => {
      try {
        await step('install', () => install(privileged, { replicaCount: 2, fuse: { mode: 'privileged' } }));
        await step('its pods are Ready, and privileged', async () => {
          for (const { spec } of await podsReady(privileged, 2)) {
            expect(spec.hostUsers ?? true).toBe(true);
            expect(spec.containers[0]?.securityContext?.privileged).toBe(true);
          }
        });
        await step('the route works', () =>
          until('the route', 'ROUTE', async () => (await ask(privileged.ingress, '/readyz')).status === 200),
        );
        await step('what is written through a replica is on all pods', async () => {
          const order = await anOrder(privileged.ingress);
          const [replica = ''] = await replicas(privileged);
          const { id, answer } = await withPods(privileged, [replica], (at) => write(at(replica), order));
          expect(answer.pod).toBe(await primary(privileged));
          await nothingIsMissing(privileged, [id]);
        });
        await step('uninstall', () =>
          helm(privileged, ['uninstall', privileged.name, '--wait'], { limit: 'POD_GONE' }),
        );
        await step('its pods are gone', () =>
          until('no pod', 'POD_GONE', async () => (await pods(privileged)).length === 0),
        );
        await step('no FUSE mount is left on a node', async () => {
          for (const node of await nodes())
            expect({ node, mounts: await fuseMounts(node) }).toEqual({ node, mounts: [] });
        });
      } finally {
        await deleteNamespace(privileged.namespace);
      }
    },
  );
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

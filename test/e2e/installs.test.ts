import { nothingIsMissing } from './assertions/copies.ts';
import { anOrder, write } from './assertions/invoices.ts';
import { ask } from './cluster/http.ts';
import { deleteNamespace, kubectl, leaveNamespace, names } from './cluster/kubectl.ts';
import { fuseMounts, nodes } from './cluster/nodes.ts';
import { commands, onCluster } from './cluster/notes.ts';
import { pods, podsReady, primary, replicas, withPods } from './cluster/pods.ts';
import { helm, install, ownRelease } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { until } from './cluster/until.ts';

describe('the chart', () => {
  const release = ownRelease('second');
  story('helm uninstall leaves the databases, and the notes say so and how to delete them', release, async (step) => {
    await deleteNamespace(release.namespace);
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
      await leaveNamespace(release.namespace);
    }
  });

  const privileged = ownRelease('privileged');
  story(
    'fuse.mode=privileged works, for clusters without user namespaces or device plugin',
    privileged,
    async (step) => {
      await deleteNamespace(privileged.namespace);
      try {
        await step('install', () => install(privileged, { replicaCount: 2, fuse: { mode: 'privileged' } }));
        await step('its pods are Ready, and privileged', async () => {
          for (const { spec } of await podsReady(privileged, 2)) {
            expect(spec.hostUsers ?? true).toBe(true);
            expect(spec.containers[0]?.securityContext?.privileged).toBe(true);
          }
        });
        await step('the route works', () =>
          until(
            'the route',
            'ROUTE',
            async () => (await ask(privileged.ingress, '/api/invoices?limit=1')).status === 200,
          ),
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
        await leaveNamespace(privileged.namespace);
      }
    },
  );
});

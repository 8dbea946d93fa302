import { deleteNamespace, ensureNamespace, kubectl, kubectlJson, leaveNamespace, secret } from './cluster/kubectl.ts';
import { install, ownRelease, type Release, type Values } from './cluster/release.ts';
import { story } from './cluster/story.ts';
import { until } from './cluster/until.ts';

const namespace = ownRelease('restore');
const release = (name: string): Release => ({ ...namespace, name });

interface State {
  readonly terminated?: { readonly exitCode: number; readonly message?: string };
}

interface InitPod {
  readonly status: {
    readonly initContainerStatuses?: readonly {
      readonly name: string;
      readonly state: State;
      readonly lastState: State;
    }[];
  };
}

/** Waits until the container `restore` of a release's first pod has ended; returns how, and what it said last. */
async function howRestoreEnded({ name, namespace }: Release): Promise<{ exitCode: number; message: string }> {
  return until(`the restore of ${name} to end`, 'CONTAINER_ENDED', async () => {
    const { status } = await kubectlJson<InitPod>(['-n', namespace, 'get', 'pod', `${name}-0`]);
    const restore = status.initContainerStatuses?.find((it) => it.name === 'restore');
    const ended = restore?.state.terminated ?? restore?.lastState.terminated;
    return ended && { exitCode: ended.exitCode, message: ended.message ?? '' };
  });
}

describe('a restore that cannot be', () => {
  afterAll(() => leaveNamespace(namespace.namespace));

  story('starts no pod, and says why', namespace, async (step) => {
    await deleteNamespace(namespace.namespace);
    await ensureNamespace(namespace.namespace);
    const persistence = { storageClass: 'shared', size: '64Mi' };
    await secret(namespace.namespace, 'wrong', { AWS_ACCESS_KEY_ID: 'liteset-tests', AWS_SECRET_ACCESS_KEY: 'wrong' });
    const at = (endpoint: string) => `s3://backups/nothing?endpoint=${endpoint}&region=us-east-1`;
    const cases: [name: string, values: Values, message: RegExp][] = [
      ['empty', { backup: { enabled: true, persistence }, restore: { enabled: true } }, /no-backup/],
      [
        'wrong-key',
        { restore: { enabled: true, url: at('http://s3.s3.svc:7070'), existingSecret: 'wrong' } },
        /store-unavailable/,
      ],
      [
        'no-server',
        {
          restore: {
            enabled: true,
            url: at('http://nobody.s3.svc:7070'),
            existingSecret: 'wrong',
            ifNoBackup: 'start',
          },
        },
        /store-unavailable/,
      ],
    ];
    await step('install', () =>
      Promise.all(cases.map(([name, values]) => install(release(name), { replicaCount: 1, ...values }))),
    );
    for (const [name, , message] of cases) {
      await step(`${name} ends with 1 and a reason`, async () => {
        const ended = await howRestoreEnded(release(name));
        expect(ended).toEqual({ exitCode: 1, message: expect.stringMatching(message) });
      });
    }
  });

  story('can be told to start empty where there is no backup yet', release('first'), async (step) => {
    const values = {
      replicaCount: 1,
      backup: { enabled: true, persistence: { storageClass: 'shared', size: '64Mi' } },
      restore: { enabled: true, ifNoBackup: 'start' },
    };
    await step('install', () => install(release('first'), values));
    await step('its pod gets Ready', () =>
      kubectl(['-n', namespace.namespace, 'rollout', 'status', 'statefulset/first', '--timeout=120s'], {
        limit: 'PODS_READY',
      }),
    );
  });
});

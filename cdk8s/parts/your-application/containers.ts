import type { k8s } from 'cdk8s-plus-27';
import { comment, itemComment, itemsOf, optional, when } from '../../helm/blocks.ts';
import { env } from '../../helm/env.ts';
import { include, includeMap, type TemplatedFields, text } from '../../helm/expr.ts';
import { image, paths, ports, v } from '../../names.ts';
import { unprivileged } from '../backup/program.ts';
import { litefsMounts, mayMount, probes } from '../litefs.ts';
import { agent, agentFolder, meeting, programs } from './agent.ts';
import { agentEnvironment, proxyEnvironment } from './environment.ts';

const programsMount = { name: 'programs', mountPath: programs };
const meetingMount = { name: 'meeting', mountPath: meeting };

/** Volumes that the containers below share. */
export const sharedVolumes = [
  ...itemComment('LiteFS and what looks after it: static programs, which run in any image.'),
  { name: 'programs', emptyDir: {} },
  ...itemComment('Where the proxy and process 1 of the container with your application meet.'),
  { name: 'meeting', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  ...itemComment('What LiteFS mounts over: the root of an image may be read-only, or have no such folder.'),
  { name: 'mount', emptyDir: {} },
];

/** Brings LiteFS into a container that knows nothing of LiteFS. */
export const install: TemplatedFields<k8s.Container> = {
  name: 'install',
  image,
  imagePullPolicy: v.image.pullPolicy,
  command: ['liteset-agent', 'install', programs],
  resources: v.proxy.resources,
  securityContext: unprivileged,
  volumeMounts: [programsMount],
};

/** All requests to your application go through the proxy. */
export const proxy: TemplatedFields<k8s.Container> = {
  name: 'proxy',
  image,
  imagePullPolicy: v.image.pullPolicy,
  restartPolicy: 'Always',
  command: ['node', 'app/proxy/server.ts'],
  env: env(proxyEnvironment),
  resources: v.proxy.resources,
  ...comment('Whether the pod is well, the probes of your container ask the proxy.'),
  livenessProbe: { tcpSocket: { port: ports.proxyStatus }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  securityContext: unprivileged,
  volumeMounts: [
    meetingMount,
    { name: 'data', mountPath: paths.data, readOnly: true },
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'discarded', mountPath: paths.discarded },
  ],
};

/** The container of your application, with LiteFS beneath. */
export const application: TemplatedFields<k8s.Container> = {
  name: 'app',
  image: text(include('liteset.appImage')),
  imagePullPolicy: v.app.image.pullPolicy,
  ...comment('The agent is process 1. It runs LiteFS, and your application on the pod that is the primary.'),
  command: [agent, 'start'],
  ...comment(
    'The proxy listens on all but LiteFS’s. A Service finds them by these names, and not by those of a sidecar.',
  ),
  ports: [
    { name: 'http', containerPort: ports.proxy },
    { name: 'status', containerPort: ports.proxyStatus },
    { name: 'litefs', containerPort: ports.litefs },
    { name: 'cluster', containerPort: ports.cluster },
  ],
  env: [...env(agentEnvironment), ...itemsOf(v.extraEnv)],
  ...optional('envFrom', v.extraEnvFrom),
  resources: includeMap<k8s.ResourceRequirements>('liteset.resources'),
  ...probes,
  ...when(v.drainSeconds, {
    ...comment(
      'The kubelet itself waits: your image need not have a `sleep`. The type is of Kubernetes 1.27, before that.',
    ),
    lifecycle: { preStop: { sleep: { seconds: v.drainSeconds } } as TemplatedFields<k8s.LifecycleHandler> },
  }),
  securityContext: {
    runAsUser: 0,
    runAsGroup: 0,
    readOnlyRootFilesystem: v.app.readOnlyRootFilesystem,
    ...mayMount,
  },
  volumeMounts: [
    ...litefsMounts,
    { name: 'config', mountPath: agentFolder, readOnly: true },
    { ...programsMount, readOnly: true },
    meetingMount,
    { name: 'mount', mountPath: paths.mount },
    ...itemsOf(v.extraVolumeMounts),
  ],
};

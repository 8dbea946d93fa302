import type { k8s } from 'cdk8s-plus-27';
import { application } from '../application.ts';
import { comment, itemComment, itemsOf, optional, when } from '../helm/blocks.ts';
import { env } from '../helm/env.ts';
import { includeMap, type TemplatedFields, text } from '../helm/expr.ts';
import { image, paths, ports, user, v } from '../names.ts';
import { environment } from './environment.ts';
import { litefsConfig, litefsMounts, mayMount, probes, volumeFlags } from './litefs.ts';

/** What LiteFS starts once it is in the cluster: the program, without root and without any capability. */
const program = [
  'setpriv',
  `--reuid=${user}`,
  `--regid=${user}`,
  '--clear-groups',
  '--inh-caps=-all',
  '--bounding-set=-all',
  '--no-new-privs',
  ...application.command,
];

/** The container in which LiteFS and the invoice service run. */
export const container: TemplatedFields<k8s.Container> = {
  name: 'app',
  image,
  imagePullPolicy: v.image.pullPolicy,
  ...comment('LiteFS is process 1: a mount that LiteFS leaves behind dies with the container, and not with the node.'),
  command: [
    ...itemComment('Looks at the volume first, and then becomes LiteFS.'),
    ...['liteset-volume', 'start', ...volumeFlags, '--'],
    ...['litefs', 'mount', '-config', litefsConfig, '--'],
    ...itemComment('What LiteFS starts once it is in the cluster: the program, without root or any capability.'),
    ...program,
  ],
  ports: [
    { name: 'http', containerPort: ports.http },
    { name: 'status', containerPort: ports.status },
    { name: 'litefs', containerPort: ports.litefs },
    { name: 'cluster', containerPort: ports.cluster },
  ],
  env: [...env(environment), ...itemsOf(v.extraEnv)],
  ...optional('envFrom', v.extraEnvFrom),
  resources: includeMap<k8s.ResourceRequirements>('liteset.resources'),
  ...probes,
  ...when(v.drainSeconds, {
    ...comment('The pod still gets requests until everybody knows that it stops.'),
    lifecycle: { preStop: { exec: { command: ['sleep', text(v.drainSeconds)] } } },
  }),
  securityContext: { readOnlyRootFilesystem: true, ...mayMount },
  volumeMounts: [
    ...litefsMounts,
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'discarded', mountPath: paths.discarded },
    ...itemsOf(v.extraVolumeMounts),
  ],
};

import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { comment, optional, when } from '../helm/blocks.ts';
import { Expr, file, include, text } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { image, labels, labelsOfPart, name, user, v } from '../names.ts';
import { yours } from './your-application/condition.ts';

const testName = `${name}-test`;
/** For the invoice service, a row that is written and read; nobody but its user can write to an application of yours. */
const script = new Expr<string>(
  `ternary "replication.mjs" "standing.mjs" (empty ${v.app.image.repository.pipeline})`,
  'quoted',
);

/** What `helm test` runs: a row written through a replica has to be on every pod, or what the primary has. */
export function helmTest(scope: Construct): void {
  new Manifest(scope, 'test-script', k8s.KubeConfigMap, {
    metadata: { name: testName, labels },
    data: when(
      yours,
      { 'standing.mjs': file('files/standing.mjs') },
      { 'replication.mjs': file('files/replication.mjs') },
    ),
  });

  new Manifest(scope, 'test-pod', k8s.KubePod, {
    about: 'Run by `helm test`: what is written has to be on every pod.',
    metadata: {
      name: testName,
      ...comment('Not the labels of the other pods: the Services and the NetworkPolicy would take it for one of them.'),
      labels: labelsOfPart('test'),
      annotations: { 'helm.sh/hook': 'test', 'helm.sh/hook-delete-policy': 'before-hook-creation' },
    },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...optional('imagePullSecrets', v.imagePullSecrets),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'test',
          image,
          imagePullPolicy: v.image.pullPolicy,
          command: ['node', `/test/${script}`],
          env: [{ name: 'PODS', value: text(include('liteset.podUrls')) }],
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [{ name: 'script', mountPath: '/test', readOnly: true }],
        },
      ],
      volumes: [{ name: 'script', configMap: { name: testName } }],
      ...optional('nodeSelector', v.nodeSelector),
      ...optional('tolerations', v.tolerations),
    },
  });
}

/** Right values, by path, of containers and volumes beside the chart's own. */
export const extras: Readonly<Record<string, readonly unknown[]>> = {
  extraEnv: [
    [{ name: 'A', value: 'é\n$(B) "{{ x }}"' }, { name: 'B' }],
    [
      { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } },
      { name: 'D', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a']" } } },
      { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
    ],
  ],
  extraEnvFrom: [[{ configMapRef: { name: 'm', optional: true } }, { prefix: 'P_', secretRef: { name: 's' } }]],
  extraVolumes: [
    [
      { name: 'a', emptyDir: { sizeLimit: '1Gi', medium: 'Memory' } },
      { name: 'b', configMap: { name: 'm', defaultMode: 420, items: [{ key: 'k', path: 'a/b', mode: 256 }] } },
      { name: 'c', secret: { secretName: 's', optional: true } },
      { name: 'd', persistentVolumeClaim: { claimName: 'c' } },
      { name: 'e', hostPath: { path: '/a/b', type: 'Directory' } },
      { name: 'f', nfs: { server: 'h', path: '/' } },
    ],
    [
      {
        name: 'a',
        projected: {
          sources: [
            { serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 600 } },
            { configMap: { name: 'm', items: [{ key: 'k', path: 'a/k' }] } },
            { secret: { name: 's', optional: true } },
            { downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
          ],
        },
      },
      {
        name: 'b',
        downwardAPI: {
          items: [
            { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' }, mode: 256 },
            { path: 'cpu', resourceFieldRef: { containerName: 'app', resource: 'limits.cpu', divisor: '1m' } },
          ],
        },
      },
      {
        name: 'c',
        csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true, volumeAttributes: { secretProviderClass: 'x' } },
      },
      {
        name: 'd',
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { labels: { a: 'b' } },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        },
      },
    ],
  ],
  extraVolumeMounts: [[], [{ name: 'tmp', mountPath: '/x', subPath: 'a/b', readOnly: true }]],
  extraContainers: [
    [
      {
        ...{
          name: 'helper',
          image: 'busybox:1',
          command: ['sleep', 'infinity'],
          ports: [{ name: 'h', containerPort: 9000 }],
        },
        env: [{ name: 'A', value: '1' }],
        resources: { requests: { cpu: '10m' }, limits: { cpu: 1, memory: '64Mi' } },
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
      },
    ],
    [
      {
        ...{ name: 'probed', image: 'busybox:1', workingDir: '/', tty: true, terminationMessagePolicy: 'File' },
        ports: [
          { name: 'http-alt', containerPort: 8081 },
          { containerPort: 53, protocol: 'UDP' },
          { containerPort: 53 },
        ],
        startupProbe: { exec: { command: ['true'] }, failureThreshold: 30, terminationGracePeriodSeconds: 5 },
        livenessProbe: { httpGet: { path: '/', port: 'http-alt', httpHeaders: [{ name: 'X-A', value: 'é' }] } },
        readinessProbe: { tcpSocket: { port: 8081 }, successThreshold: 2, initialDelaySeconds: 0 },
        lifecycle: { preStop: { sleep: { seconds: 5 } }, postStart: { exec: { command: ['true'] } } },
        securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] }, privileged: false },
        env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app.kubernetes.io/name']" } } }],
      },
      {
        ...{ name: 'open', image: 'b', securityContext: { privileged: true, appArmorProfile: { type: 'Unconfined' } } },
        livenessProbe: { grpc: { port: 9000, service: '' }, periodSeconds: 1, timeoutSeconds: 1 },
      },
    ],
  ],
};

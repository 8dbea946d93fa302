/** Right values, by path, of what the pods may be and where they run. */
export const pods: Readonly<Record<string, readonly unknown[]>> = {
  podSecurityContext: [
    {},
    {
      fsGroup: 10_001,
      fsGroupChangePolicy: 'OnRootMismatch',
      supplementalGroups: [1, 2],
      seccompProfile: { type: 'Unconfined' },
    },
    { seccompProfile: { type: 'Localhost', localhostProfile: 'a/b.json' }, seLinuxOptions: { level: 's0:c1,c2' } },
    { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }], supplementalGroupsPolicy: 'Strict' },
  ],
  nodeSelector: [{}, { 'kubernetes.io/os': 'linux', a: '1' }],
  priorityClassName: ['', 'system-cluster-critical'],
  tolerations: [
    [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }, { operator: 'Exists' }],
    [
      { key: 'a.b/c', value: '1', effect: 'NoSchedule' },
      { key: 'd', operator: 'Equal', value: '' },
    ],
  ],
  affinity: [
    {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'a', labelSelector: { matchLabels: { a: '1' } } },
        ],
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, podAffinityTerm: { topologyKey: 'a.b/c', namespaces: ['x'], namespaceSelector: {} } },
        ],
      },
    },
    {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: 'a', operator: 'In', values: ['1'] },
                { key: 'b', operator: 'Gt', values: ['2'] },
              ],
            },
          ],
        },
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, preference: { matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['n'] }] } },
        ],
      },
    },
  ],
  topologySpreadConstraints: [
    [{ maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', minDomains: 2, nodeTaintsPolicy: 'Honor' }],
    [
      {
        maxSkew: 2,
        topologyKey: 'a/b',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: {
          matchExpressions: [
            { key: 'a', operator: 'Exists' },
            { key: 'b', operator: 'NotIn', values: [''] },
          ],
        },
      },
    ],
  ],
};

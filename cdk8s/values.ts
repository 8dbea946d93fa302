import { z } from 'zod';
import { group } from './helm/values-pages.ts';
import { app, extras, image } from './values/app.ts';
import { backup } from './values/backup.ts';
import { invoices } from './values/invoices.ts';
import { labels, labelValue } from './values/kubernetes/names.ts';
import { pullSecrets } from './values/kubernetes/pod.ts';
import { fuse, lease, litefs, persistence } from './values/litefs.ts';
import { podMonitor } from './values/monitoring.ts';
import { networkPolicy } from './values/network.ts';
import { pod, podDisruptionBudget, resources, scheduling, serviceAccount } from './values/pod.ts';
import { replication, switchover } from './values/replication.ts';
import { restore } from './values/restore.ts';
import { service } from './values/service.ts';
import { httpRoute, ingress } from './values/traffic.ts';
import { proxy } from './values/your-application.ts';

/**
 * The values of the chart: their types, limits, defaults and documentation.
 * values.yaml, values.schema.json, the table in the README and the references in the templates are made from this.
 */
export const Values = z.strictObject({
  ...group('Size', {
    replicaCount: z
      .int()
      .min(0)
      .max(99)
      .default(3)
      .describe('Number of pods. Each pod holds a whole copy of the database. 0 stops the service; the claims stay.'),
  }),
  ...group('The application', {
    image,
    imagePullSecrets: pullSecrets()
      .describe('Secrets for pulling the images.')
      .meta({ examples: [[{ name: 'registry-credentials' }]] }),
    app,
    resources,
    proxy,
    invoices,
  }),
  ...group('Who is the primary', { lease, switchover }),
  ...group('Replication and storage', { replication, litefs, fuse, persistence }),
  ...group('Backup and restore', { backup, restore }),
  ...group('HTTP from inside and outside the cluster', { service, ingress, httpRoute }),
  ...group('Security', { networkPolicy, serviceAccount }),
  ...group('Monitoring', { podMonitor }),
  ...group('The pods: life cycle', pod),
  ...group('The pods: where they run', { ...scheduling, podDisruptionBudget }),
  ...group('Names and labels', {
    nameOverride: labelValue()
      .default('')
      .describe('Name of the application in labels, instead of the name of the chart.'),
    fullnameOverride: z
      .string()
      .regex(/^([a-z]([-a-z0-9]*[a-z0-9])?)?$/)
      .default('')
      .describe(
        'Name of the Kubernetes objects, instead of the name of the release. A hash replaces what is beyond 52 characters.',
      ),
    commonLabels: labels()
      .describe('Labels of all objects. `podLabels` and `podMonitor.labels` win over them.')
      .meta({ examples: [{ team: 'billing' }] }),
    global: z.looseObject({}).optional().describe('Global values, which Helm passes to every chart. Not used here.'),
  }),
  ...group('Anything else', extras),
});

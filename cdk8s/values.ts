import { z } from 'zod';
import { app, extras, image } from './values/app.ts';
import { backup } from './values/backup.ts';
import { fuse, lease, litefs, persistence } from './values/litefs.ts';
import { pod, podDisruptionBudget, serviceAccount } from './values/pod.ts';
import { replication, switchover } from './values/replication.ts';
import { restore } from './values/restore.ts';
import { httpRoute, ingress, networkPolicy, podMonitor, service } from './values/traffic.ts';
import { list, optionalName, strings } from './values/types.ts';

/**
 * The values of the chart: their types, limits, defaults and documentation.
 * values.yaml, values.schema.json, the table in the README and the references in the templates are made from this.
 */
export const Values = z.strictObject({
  replicaCount: z.int().min(1).max(99).default(3).describe('Number of pods. Each holds a whole copy of the database.'),
  image,
  imagePullSecrets: list<{ name?: string }>().describe('Secrets for pulling the image.'),
  nameOverride: optionalName()
    .default('')
    .describe('Name of the application in labels, instead of the name of the chart.'),
  fullnameOverride: optionalName().default('').describe('Name of the objects, instead of the name of the release.'),
  commonLabels: strings().describe('Labels of all objects.'),
  app,
  lease,
  replication,
  switchover,
  litefs,
  fuse,
  persistence,
  backup,
  restore,
  service,
  ingress,
  httpRoute,
  networkPolicy,
  serviceAccount,
  podDisruptionBudget,
  podMonitor,
  ...pod,
  ...extras,
  global: z.looseObject({}).optional().describe('Helm passes global values to every chart. This one uses none.'),
});

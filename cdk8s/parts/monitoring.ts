import type { Construct } from 'constructs';
import { whenItems } from '../helm/blocks.ts';
import { Manifest } from '../helm/manifest.ts';
import { labelsWith, name, selectorLabels, v } from '../names.ts';
import { byKubernetes } from './lease-access.ts';
import { PodMonitor } from './prometheus-operator.ts';

/** A port of the pods that has metrics. */
const endpoint = (port: 'status' | 'backup' | 'lease') => ({ port, path: '/metrics', interval: v.podMonitor.interval });

/** Has the Prometheus Operator scrape the pods. */
export function podMonitor(scope: Construct): void {
  new Manifest(scope, 'podmonitor', PodMonitor, {
    when: v.podMonitor.enabled,
    about: 'Each pod is scraped by itself: a Service would hide which one answers.',
    metadata: { name: `${name}`, labels: labelsWith(v.podMonitor.labels) },
    spec: {
      selector: { matchLabels: selectorLabels },
      podMetricsEndpoints: [
        endpoint('status'),
        ...whenItems(v.backup.enabled, [endpoint('backup')]),
        ...whenItems(byKubernetes, [endpoint('lease')]),
      ],
    },
  });
}

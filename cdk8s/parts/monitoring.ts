import { ApiObject, type GroupVersionKind } from 'cdk8s';
import type { Construct } from 'constructs';
import { includeMap, whenItems } from '../helm/expr.ts';
import { Manifest } from '../helm/manifest.ts';
import { name, selectorLabels, v } from '../names.ts';

/** What the chart uses of the Prometheus Operator's PodMonitor. */
interface PodMonitorProps {
  readonly metadata?: object;
  readonly spec: {
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly podMetricsEndpoints: { readonly port: string; readonly path: string; readonly interval: string }[];
  };
}

class PodMonitor extends ApiObject {
  static readonly GVK: GroupVersionKind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor' };

  constructor(scope: Construct, id: string, props?: PodMonitorProps) {
    super(scope, id, { ...PodMonitor.GVK, ...(props as object) });
  }
}

/** Each pod is scraped by itself: a Service would hide which one answers. */
export function podMonitor(scope: Construct): void {
  new Manifest(scope, 'podmonitor', PodMonitor, {
    when: v.podMonitor.enabled,
    metadata: { name: `${name}`, labels: includeMap('liteset.podMonitorLabels') },
    spec: {
      selector: { matchLabels: selectorLabels },
      podMetricsEndpoints: [
        { port: 'http', path: '/metrics', interval: v.podMonitor.interval },
        ...whenItems(v.backup.enabled, [{ port: 'backup', path: '/metrics', interval: v.podMonitor.interval }]),
      ],
    },
  });
}

import { crd } from '../helm/crd.ts';

/** What the chart uses of the Prometheus Operator's PodMonitor. */
interface PodMonitorProps {
  readonly spec: {
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly podMetricsEndpoints: { readonly port: string; readonly path: string; readonly interval: string }[];
  };
}

export const PodMonitor = crd<PodMonitorProps>('monitoring.coreos.com/v1', 'PodMonitor');

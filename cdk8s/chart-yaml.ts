import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';

interface Package {
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

/** The icon travels in Chart.yaml itself, so that it needs no server. */
const icon = () => `data:image/svg+xml;base64,${readFileSync('cdk8s/icon.svg').toString('base64')}`;

/** The content of Chart.yaml. Chart and application have one version, that of package.json. */
export const chartYaml = ({ version, description, license }: Package): string =>
  stringify(
    {
      apiVersion: 'v2',
      name: 'liteset',
      description,
      type: 'application',
      version,
      appVersion: version,
      kubeVersion: '>=1.29.0-0',
      keywords: ['sqlite', 'litefs', 'database', 'replication', 'failover', 'statefulset'],
      maintainers: [{ name: 'The Liteset authors' }],
      icon: icon(),
      annotations: {
        'artifacthub.io/license': license,
        'artifacthub.io/category': 'database',
        'artifacthub.io/operator': 'false',
      },
    },
    { lineWidth: 0, version: '1.1' },
  );

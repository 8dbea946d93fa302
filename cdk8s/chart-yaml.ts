import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { changesOf } from './changelog.ts';
import { image } from './values/app.ts';
import { backup } from './values/backup.ts';

/** As much of package.json as Chart.yaml repeats. */
export interface Package {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly homepage: string;
  readonly bugs: string;
}

/** Chart.yaml. Chart and application have one version, that of package.json. `changelog` is the content of CHANGELOG.md. */
export const chartYaml = (project: Package, changelog: string): string =>
  yaml({
    apiVersion: 'v2',
    name: 'liteset',
    description: project.description,
    type: 'application',
    version: project.version,
    appVersion: project.version,
    kubeVersion: '>=1.34.0-0',
    home: project.homepage,
    sources: [project.homepage],
    keywords: ['sqlite', 'litefs', 'database', 'replication', 'failover', 'statefulset'],
    maintainers: [{ name: 'The Liteset authors', url: project.homepage }],
    icon: icon(),
    annotations: annotations(project, changelog),
  });

/** The icon travels in Chart.yaml itself, so that it needs no server. */
const icon = () => `data:image/svg+xml;base64,${readFileSync('cdk8s/icon.svg').toString('base64')}`;

/** What Artifact Hub shows. Each value is a string, and lists are YAML within that string. */
const annotations = ({ version, license, homepage, bugs }: Package, changelog: string) => ({
  'artifacthub.io/license': license,
  'artifacthub.io/category': 'database',
  'artifacthub.io/operator': 'false',
  'artifacthub.io/images': yaml(
    [image, backup.shape.image].map((values) => {
      const { repository } = values.parse({});
      return {
        name: repository.slice(repository.lastIndexOf('/') + 1),
        image: `${repository}:${version}`,
        platforms: ['linux/amd64', 'linux/arm64'],
      };
    }),
  ),
  'artifacthub.io/changes': yaml(changesOf(version, changelog)),
  'artifacthub.io/links': yaml([
    { name: 'Documentation', url: `${homepage}/tree/main/docs` },
    { name: 'Changelog', url: `${homepage}/blob/main/CHANGELOG.md` },
    { name: 'Support', url: bugs },
  ]),
});

const yaml = (content: unknown): string => stringify(content, { lineWidth: 0, version: '1.1' });

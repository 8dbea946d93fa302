import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { LitesetChart } from './chart.ts';
import { chartYaml } from './chart-yaml.ts';
import { definitions } from './helm/helpers.ts';
import type { Manifest } from './helm/manifest.ts';
import { render } from './helm/render.ts';
import { valuesSchema } from './helm/values.ts';
import { valuesTable, valuesYaml } from './helm/values-pages.ts';
import { Values } from './values.ts';

/**
 * Writes the Helm chart to the folder `out`, which loses what it held before. Reads the hand-written part of the
 * chart from `cdk8s/static`, the version from `package.json` and the changes from `CHANGELOG.md`, all below the working
 * directory.
 */
export function synth(out: string): void {
  process.env['CDK8S_DISABLE_SORT'] = 'yes'; // keep fields in the order they were written
  rmSync(out, { recursive: true, force: true });
  cpSync('cdk8s/static', out, { recursive: true });
  const write = (file: string, content: string) => writeFileSync(join(out, file), content);

  write(
    'Chart.yaml',
    chartYaml(JSON.parse(readFileSync('package.json', 'utf8')), readFileSync('CHANGELOG.md', 'utf8')),
  );
  write('values.yaml', valuesYaml(Values));
  write('values.schema.json', `${JSON.stringify(valuesSchema(Values), null, 2)}\n`);
  const readme = readFileSync('cdk8s/static/README.md', 'utf8');
  write(
    'README.md',
    readme.replace('<!-- values -->', () => valuesTable(Values)),
  );
  mkdirSync(join(out, 'templates'), { recursive: true });
  for (const object of new LitesetChart(new App(), 'liteset').apiObjects as Manifest<object>[])
    write(`templates/${object.node.id}.yaml`, render(object.toJson(), object));
  const helpers = 'templates/_helpers.tpl';
  write(helpers, `${readFileSync(join(out, helpers), 'utf8')}\n${definitions()}`);
}

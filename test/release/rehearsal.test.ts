import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHART, HELMS, type Helm, helm, PATIENCE } from '../chart/helm.ts';
import { type Registry, startRegistry } from './registry.ts';
import { pushChart, release } from './release-script.ts';

jest.setTimeout(PATIENCE);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** What Helm printed. @throws Error with its complaint */
function print(which: Helm, ...args: string[]): string {
  const { status, stdout, stderr } = helm(which, ...args);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

describe('the chart, pushed to a registry by the command of the release workflow', () => {
  let registry: Registry;
  let pushed: string;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liteset-release-'));
    registry = await startRegistry();
    pushed = await pushChart(registry.host);
  });
  afterAll(async () => {
    await registry.stop();
    rmSync(folder, { recursive: true });
  });

  it('is there under its version, with the digest that the command printed', async () => {
    const answer = await fetch(`http://${registry.host}/v2/charts/liteset/manifests/${version}`);
    expect(answer.status).toBe(200);
    expect(`${registry.host}/charts/liteset@${answer.headers.get('docker-content-digest')}`).toBe(pushed);
  });

  describe.each(HELMS)('and pulled by %s', (which) => {
    let chart: string;
    beforeAll(() => {
      const into = join(folder, which);
      mkdirSync(into);
      const source = `oci://${registry.host}/charts/liteset`;
      print(which, 'pull', source, '--version', version, '--plain-http', '--destination', into);
      chart = join(into, `liteset-${version}.tgz`);
    });

    it.each(['chart', 'values', 'readme'])('shows the same %s as the folder', (what) => {
      const shown = print(which, 'show', what, chart);
      expect(shown).toContain('liteset');
      expect(shown).toBe(print(which, 'show', what, CHART));
    });

    it('renders to the same objects as the folder', () => {
      const options = ['--namespace', 'invoices', '-f', 'test/chart/values/kind.yaml', '--set', 'backup.enabled=true'];
      const rendered = print(which, 'template', 'invoices', chart, ...options);
      expect(rendered).toContain('kind: StatefulSet');
      expect(rendered).toBe(print(which, 'template', 'invoices', CHART, ...options));
    });
  });
});

test('a registry that is not there is told', async () => {
  const { status, stderr } = await release(['chart', '127.0.0.1:1', '--plain-http']);
  expect(status).toBe(1);
  expect(stderr).toContain('connection refused');
});

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { at, CHART, HELMS, PATIENCE, render } from './helm.ts';
import { valuesMatrix } from './matrix.ts';
import { named, pod } from './parts.ts';

jest.setTimeout(PATIENCE);

const helpers = readFileSync(`${CHART}/templates/_helpers.tpl`, 'utf8');

/** The names that requirements.yaml refuses: those of a named template. */
const refused = (helper: string, text = helpers): string[] =>
  parse(new RegExp(`define "liteset.${helper}" -}}\n([^{]*)`).exec(text)?.[1] ?? '').sort();

const BARE = 'test/chart/values/your-application-bare.yaml';
const files = valuesMatrix().flatMap(({ name, file }) => (name.startsWith('your-application') ? [] : [file]));
/** Installations of the invoice service; and one of an application of the user's, with all that the chart may set there. */
const renderings = {
  invoices: files.map((file) => render(HELMS[0], '--values', file)),
  yours: [render(HELMS[0], '--values', BARE, '--values', 'test/chart/values/consul.yaml')],
};

/** The names that a container has in any of the tested installations, without those that their values add. */
function everSet(which: keyof typeof renderings, list: 'containers' | 'initContainers', container: string): string[] {
  const names = renderings[which].flatMap((all) =>
    ((at(named(pod(all, list), container), 'env') ?? []) as { name: string }[]).map(({ name }) => name),
  );
  return [...new Set(names)].filter((name) => !['TZ', 'NODE_NAME', 'AWS_REGION'].includes(name)).sort();
}

test.each([
  ['appEnvironment', 'invoices', 'containers', 'app'],
  ['backupEnvironment', 'invoices', 'initContainers', 'backup'],
  ['agentEnvironment', 'yours', 'containers', 'app'],
] as const)('%s: the names that are refused are those that the chart sets', (helper, which, list, container) => {
  const names = everSet(which, list, container);
  expect(names).not.toEqual([]);
  expect(refused(helper)).toEqual(names);
  // This check can fail: one name less, and the lists differ.
  expect(refused(helper, helpers.replaceAll(`- ${names[0]}\n`, ''))).toEqual(names.slice(1));
});

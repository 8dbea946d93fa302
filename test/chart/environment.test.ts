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

const renderings = valuesMatrix().map(({ file }) => render(HELMS[0], '--values', file));

/** The names that a container has in any of the tested installations, without those that their values add. */
function everSet(list: 'containers' | 'initContainers', container: string): string[] {
  const names = renderings.flatMap((all) =>
    ((at(named(pod(all, list), container), 'env') ?? []) as { name: string }[]).map(({ name }) => name),
  );
  return [...new Set(names)].filter((name) => !['TZ', 'NODE_NAME', 'AWS_REGION'].includes(name)).sort();
}

test.each([
  ['appEnvironment', 'containers', 'app'],
  ['backupEnvironment', 'initContainers', 'backup'],
] as const)('%s: the names that are refused are those that the chart sets', (helper, list, container) => {
  const names = everSet(list, container);
  expect(names).not.toEqual([]);
  expect(refused(helper)).toEqual(names);
  // This check can fail: one name less, and the lists differ.
  expect(refused(helper, helpers.replaceAll(`- ${names[0]}\n`, ''))).toEqual(names.slice(1));
});

import { at, PATIENCE, render, template, the } from './helm.ts';
import { valuesMatrix } from './matrix.ts';

jest.setTimeout(PATIENCE);

type Named = Readonly<Record<string, unknown>>;

/** Settings that would give an extra the name of something of the chart's own, whatever is switched on. */
function clashes(): string[] {
  const all = valuesMatrix()
    .filter(({ name }) => name !== 'extras')
    .flatMap(({ file }) => {
      const pod = at(the(render('helm', '--values', file), 'StatefulSet'), 'spec.template.spec');
      const list = (path: string) => (at(pod, path) ?? []) as Named[];
      const containers = [...list('initContainers'), ...list('containers')];
      const mounts = containers.filter(({ name }) => name === 'app').flatMap((app) => app['volumeMounts'] as Named[]);
      return [
        ...list('volumes').map(({ name }) => `extraVolumes[0].emptyDir.medium=Memory,extraVolumes[0].name=${name}`),
        ...containers.map(({ name }) => `extraContainers[0].image=a,extraContainers[0].name=${name}`),
        ...mounts.map(({ mountPath }) => `extraVolumeMounts[0].name=tmp,extraVolumeMounts[0].mountPath=${mountPath}`),
      ];
    });
  return [...new Set(all)];
}

test('no extra can have a name that the chart uses itself', () => {
  const settings = clashes();
  expect(settings.length).toBeGreaterThan(12);
  expect(settings.filter((set) => !template('helm', '--set', set).stderr.includes('or the chart uses the'))).toEqual(
    [],
  );
});

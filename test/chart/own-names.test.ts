import { at, PATIENCE, render, template, the } from './helm.ts';
import { valuesMatrix } from './matrix.ts';

jest.setTimeout(PATIENCE);

/** An application of yours has other paths: the image's own. */
const YOURS = 'app.image.repository=a,app.command[0]=x,app.runAsUser=1000,app.databases[0].name=a';

type Named = Readonly<Record<string, unknown>>;

/** Settings that would give an extra the name of something of the chart's own, whatever is switched on. */
function clashes(): string[] {
  const all = valuesMatrix()
    .filter(({ name }) => name !== 'extras' && name !== 'your-application')
    .flatMap(({ name, file }) => {
      const pod = at(the(render('helm', '--values', file), 'StatefulSet'), 'spec.template.spec');
      const list = (path: string) => (at(pod, path) ?? []) as Named[];
      const containers = [...list('initContainers'), ...list('containers')];
      const mounts = containers.filter(({ name }) => name === 'app').flatMap((app) => app['volumeMounts'] as Named[]);
      const others = name.startsWith('your-application') ? `${YOURS},` : '';
      return [
        ...list('volumes').map(({ name }) => `extraVolumes[0].emptyDir.medium=Memory,extraVolumes[0].name=${name}`),
        ...containers.map(({ name }) => `extraContainers[0].image=a,extraContainers[0].name=${name}`),
        ...mounts.map(({ mountPath }) => `extraVolumeMounts[0].name=tmp,extraVolumeMounts[0].mountPath=${mountPath}`),
      ].map((set) => others + set);
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

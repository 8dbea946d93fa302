import { at, type KubernetesObject, the } from './helm.ts';

export type Objects = readonly KubernetesObject[];
/** Says, by `expect`, what the objects have to be like. */
export type Meanings = Readonly<Record<string, (all: Objects) => void>>;

/** A part of the StatefulSet's spec. */
export const set = (all: Objects, path: string) => at(the(all, 'StatefulSet'), `spec.${path}`);
/** A part of the spec of its pods. */
export const pod = (all: Objects, path: string) => set(all, `template.spec.${path}`);
/** A part of the application's container. */
export const app = (all: Objects, path: string) => pod(all, `containers.0.${path}`);

/** The kinds of all objects, sorted. */
export const kinds = (all: Objects) => all.map(({ kind }) => kind).sort();

/** The item of a list that has a name. */
export const named = (list: unknown, name: string) =>
  (list as { name: string }[] | undefined)?.find((entry) => entry.name === name);

/** LiteFS's configuration, as text. */
export function litefs(all: Objects): string {
  const data = at(the(all, 'ConfigMap', the(all, 'StatefulSet').metadata.name), 'data');
  return (data as { 'litefs.yml': string })['litefs.yml'];
}

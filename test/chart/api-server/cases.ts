import { readFileSync } from 'node:fs';
import { Random } from '../../app/lease/core/model/random.ts';
import { CHART } from '../helm.ts';
import { mutated, name, odd, pick } from './odd.ts';
import { LEFT_OUT, samples } from './samples/samples.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One installation that is tried. */
export interface Case {
  readonly seed: number;
  readonly release: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Paths of what was set, such as `service.port`. */
  readonly paths: readonly string[];
}

const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as Schema;
const leaves = [...leavesOf(schema, '')].filter(([path]) => !LEFT_OUT.test(path));

function* leavesOf({ properties = {} }: Schema, above: string): Generator<readonly [string, Schema]> {
  for (const [key, child] of Object.entries(properties)) {
    const path = above === '' ? key : `${above}.${key}`;
    if (child.properties && !samples[path]) yield* leavesOf(child, path);
    else yield [path, child];
  }
}

function right(
  random: Random,
  path: string,
  { type, default: fallback, minimum = 0, maximum = 1000, ...leaf }: Schema,
) {
  const known = samples[path] ?? leaf.enum;
  if (known) return pick(random, known);
  if (type === 'boolean') return random.chance(0.5);
  if (type === 'integer') return pick(random, [minimum, maximum, minimum + random.below(maximum - minimum + 1)]);
  return fallback;
}

/** What has to be said where a value has to be there with another one. */
const base = (random: Random) => ({
  lease: {
    type: pick(random, ['kubernetes', 'kubernetes', 'static', 'consul']),
    consul: { url: 'http://consul:8500' },
  },
  backup: { enabled: random.chance(0.7) },
  ingress: { enabled: random.chance(0.3) },
  ...(random.chance(0.3) && {
    app: { image: { repository: 'shop' }, command: ['x'], runAsUser: 1000, databases: [{ name: 'app.db' }] },
  }),
});

/** The values with one of them set, at a path. */
function withValue(values: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const map = typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : {};
  return { ...map, [key]: rest.length === 0 ? value : withValue(map[key], rest, value) };
}

/** The case of a seed. Half of them should pass: what is only refused shows little of the API server. */
export function caseOf(seed: number, namespaces: readonly string[]): Case {
  const random = new Random(seed);
  for (let i = 0; i < 5; i++) random.next(); // neighbouring seeds begin alike
  const wrong = random.chance(0.5);
  let values: unknown = base(random);
  const paths: string[] = [];
  for (let count = 1 + random.below(4); count > 0; count--) {
    const [path, leaf] = pick(random, leaves);
    const good = right(random, path, leaf);
    const last = wrong && count === 1;
    values = withValue(
      values,
      path.split('.'),
      last ? (random.chance(0.5) ? mutated(random, good) : odd(random)) : good,
    );
    paths.push(path);
  }
  const release = random.chance(0.5) ? 'invoices' : name(random, 53, true);
  const namespace = random.chance(0.5) ? 'invoices' : pick(random, namespaces);
  return { seed, release, namespace, values: values as Case['values'], paths };
}

/** Namespaces of many forms and lengths. */
export const namespacesOf = (seed: number, count: number): string[] => {
  const random = new Random(seed);
  return [
    ...new Set(['invoices', '123', '1e3', 'true', ...Array.from({ length: count }, () => name(random, 63, false))]),
  ];
};

import type { Random } from '../../app/lease/core/model/random.ts';

/** One of a list. */
export const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)] as T;

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const text = (random: Random, letters: string, length: number): string =>
  Array.from({ length }, () => pick(random, [...letters])).join('');

/** Legal names that YAML takes for something else, that end like the chart's own, or that meet when they are changed. */
const NAMES = [
  ...'true null on y no nan 123 1e3 0x1f 0o7 007 1-1 2026-01-01 0 a x x--y a0'.split(' '),
  ...'x-primary x-headless x-backup x-backup-verify x-test'.split(' '),
  `${'a'.padEnd(30, '-')}${'b'.repeat(23)}`,
];

/** A legal name of at most so many characters. */
export function name(random: Random, limit: number, dots: boolean): string {
  if (random.chance(0.3)) return pick(random, NAMES).slice(0, limit);
  const length = random.chance(0.3) ? limit - random.below(15) : 1 + random.below(limit);
  const inner = `${LETTERS}${DIGITS}---${dots ? '.' : ''}`;
  const ends = LETTERS + DIGITS;
  const middle = text(random, inner, Math.max(0, length - 2)).replaceAll(/-?\.[-.]*/g, dots ? '.' : '');
  return `${text(random, ends, 1)}${middle}${length > 1 ? text(random, ends, 1) : ''}`.replaceAll(/[-.]*\.[-.]*/g, '.');
}

const STRINGS = [
  ...['', ' ', 'a b', ' a', 'a ', 'a\nb', 'a\n', '\t', "it's", 'a: b', '- a', '{{ .Release.Name }}', '\u200b'],
  ...'true null ~ 123 1e3 0x1f 007 1.5 -1 - . .. a..b a- -a A a/b /a a/ a/b/c a:b * *.a 1.2.3.4 ::1'.split(' '),
  ...'é 日本語 🦊 " {{ $HOME $(X) #a &a *a !a %a @a [ { 1Gi 50% 10s 5-2 a=b'.split(' '),
  ...[52, 53, 63, 64, 253, 254, 1000].map((length) => 'a'.repeat(length)),
];
const NUMBERS = [0, 1, -1, 2, 1.5, 80, 99, 100, 30_000, 65_536, 1_000_000, 2 ** 31, 2 ** 53, 1e21, -0.5];
const COLLECTIONS = [
  ...[{}, { a: 'b' }, { a: 1 }, { a: null }, { '': '' }, { 'a b': 'c' }],
  ...[[], ['a'], [null], [{}], [[]], ['']],
];

/** A value of any type that somebody may write by mistake. */
export function odd(random: Random): unknown {
  const kinds = [...[STRINGS, STRINGS, STRINGS, NUMBERS, NUMBERS.map(String)], ...[[true, false], [null], COLLECTIONS]];
  return pick(random, pick<readonly unknown[]>(random, kinds));
}

/** The same, with one part of it replaced by something odd, left out, or there twice. */
export function mutated(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return odd(random);
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(0.1)) return [...value, odd(random)];
    const index = random.below(value.length);
    if (random.chance(0.15)) return [...value, value[index]];
    return value.map((item, at) => (at === index ? mutated(random, item) : item));
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.1)) return { ...value, [pick(random, STRINGS)]: odd(random) };
  const index = random.below(entries.length);
  if (random.chance(0.15)) return Object.fromEntries(entries.filter((_, at) => at !== index));
  return Object.fromEntries(entries.map(([key, item], at) => [key, at === index ? mutated(random, item) : item]));
}

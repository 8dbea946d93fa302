const MS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, µs: 0.001, us: 0.001, ns: 0.000_001 } as const;

/** Reads what Go's `Duration.String()` writes, such as `2.4s` or `1m0s`, in milliseconds; undefined if it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|m|s|ms|µs|us|ns))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|µs|us|ns)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * MS[unit as keyof typeof MS],
    0,
  );
}

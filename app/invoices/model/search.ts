/**
 * A pattern for SQLite's GLOB that finds a text inside others, in any case of letters. LIKE folds the letters of ASCII only,
 * and a function of our own would be missing in the process of long reads.
 */
export const pattern = (text: string): string => `*${[...text].map(anyCase).join('')}*`;

/** A letter as a set of its cases, such as `[ãÃ]`; a sign that GLOB knows as a set of itself; any other as it is. */
function anyCase(sign: string): string {
  const [lower, upper] = [sign.toLowerCase(), sign.toUpperCase()];
  const cases = new Set([sign, lower, upper, lower.toUpperCase(), upper.toLowerCase()].filter(isOneSign));
  return cases.size > 1 || '*?['.includes(sign) ? `[${[...cases].join('')}]` : sign;
}

/** Not `SS`, which is the upper case of one letter. */
const isOneSign = (text: string): boolean => [...text].length === 1;

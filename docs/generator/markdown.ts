/** A table of Markdown. A `|` within a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Text as code. */
export const code = (text: string): string => `\`${text}\``;

/** A generated page: its title, the sentence that says what it is for, and its parts with an empty line between them. */
export const page = (title: string, ...parts: readonly string[]): string =>
  `${[`# ${title}`, '<!-- Written by `npm run docs`. Change the code that it is made from. -->', ...parts].join('\n\n')}\n`;

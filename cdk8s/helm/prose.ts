/** The longest line of what is generated, in characters. */
export const WIDTH = 120;
/** Comments beside code are easier to read if they are shorter. */
const COMMENT = 110;

/** Text in lines of at most so many characters, broken between words. A longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** How much text a line of a comment has room for, at an indent. */
export const commentWidth = (indent: number): number => COMMENT - indent - 2;

/** A comment of YAML, at an indent. */
export const commentLines = (text: string, indent: number): string[] =>
  wrap(text, commentWidth(indent)).map((line) => `# ${line}`);

/** A comment that Helm leaves out: for a file inside a manifest, which a comment would change. */
export const hiddenComment = (text: string, indent: number): string =>
  `{{- /* ${wrap(text, COMMENT - indent - 11).join(`\n${' '.repeat(7)}`)} */}}`;

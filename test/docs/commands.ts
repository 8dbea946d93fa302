import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A block of commands on a page of the docs. */
export interface Block {
  readonly file: string;
  /** The line of its fence, counted from 1. */
  readonly line: number;
  readonly text: string;
  /** Which tests run it; `none`: the page says why not; undefined: the page says nothing. */
  readonly run: 'unit' | 'e2e' | 'none' | undefined;
}

/** Folders of pages, and pages in the folder of the repository itself. The README of the chart is written in cdk8s/static. */
const PLACES = ['docs', 'app', 'cdk8s/static'];

/** Every page with commands for people, sorted. */
export const documents = (): string[] =>
  [
    ...readdirSync('.'),
    ...PLACES.flatMap((folder) => (readdirSync(folder, { recursive: true }) as string[]).map((it) => join(folder, it))),
  ]
    .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
    .sort();

/** The blocks of commands on a page: those that are fenced as `sh`. The comment that is right before a block says who runs it. */
export function blocks(file: string, page = readFileSync(file, 'utf8')): Block[] {
  const found = page.matchAll(/^(?:<!-- (?:run: (unit|e2e)|(not) run: \S.*) -->\n)?( *)```sh\n([\s\S]*?)^ *```$/gm);
  return [...found].map((match) => {
    const [all, run, not, indent = '', text = ''] = match;
    const before = page.slice(0, match.index + all.indexOf('```'));
    return {
      file,
      line: before.split('\n').length,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      run: not ? 'none' : (run as 'unit' | 'e2e' | undefined),
    };
  });
}

/** All blocks that the tests of one kind run, in the order of the pages. */
export const blocksFor = (run: Block['run']): Block[] =>
  documents()
    .flatMap((file) => blocks(file))
    .filter((block) => block.run === run);

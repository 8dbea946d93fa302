import { CONTEXT } from './kubectl.ts';

/** The commands in a text of Helm: what is indented. */
export const commands = (notes: string): string[] =>
  notes
    .split('\n')
    .filter((line) => /^ {2}\S/.test(line))
    .map((line) => line.trim());

/** A documented kubectl command as words, on the cluster under test. */
export function onCluster(command: string | undefined): string[] {
  const [program, ...args] = (command ?? '').split(' ');
  if (program !== 'kubectl') throw new Error(`there is no such command in the notes, but '${command}'`);
  return ['--context', CONTEXT, ...args];
}

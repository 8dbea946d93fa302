/** One change, in Artifact Hub's words. */
export interface Change {
  readonly kind: 'added' | 'changed' | 'deprecated' | 'removed' | 'fixed' | 'security';
  readonly description: string;
}

/**
 * The changes of a version in a file of the form of Keep a Changelog, or, while the version is not released, those of
 * the section `Unreleased`. None if there is neither.
 */
export function changesOf(version: string, changelog: string): Change[] {
  const text = section(version, changelog) ?? section('Unreleased', changelog) ?? '';
  return split(text, '### ').flatMap((group) => {
    const [kind = '', ...rest] = group.split('\n');
    return split(rest.join('\n'), '- ').map((item) => ({
      kind: kind.trim().toLowerCase() as Change['kind'],
      description: firstParagraph(item).replaceAll(/\s+/g, ' '),
    }));
  });
}

const section = (name: string, changelog: string): string | undefined =>
  split(changelog, '## ').find((it) => it.startsWith(`[${name}]`));

/** What follows each line that begins with the mark, up to the next such line. */
const split = (text: string, mark: string): string[] => `\n${text}`.split(`\n${mark}`).slice(1);

const firstParagraph = (text: string): string => text.trim().split(/\n\s*\n/)[0] ?? '';

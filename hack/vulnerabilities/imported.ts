/** A known vulnerability in a package that a program imports. */
export interface Imported {
  readonly id: string;
  /** `stdlib` for Go's own library. */
  readonly module: string;
  readonly version: string;
  /** The version that mends it; empty if there is none. */
  readonly mendedIn: string;
}

interface Finding {
  readonly osv: string;
  readonly fixed_version?: string;
  readonly trace: readonly { readonly module: string; readonly version?: string; readonly package?: string }[];
}

/** Reads what `govulncheck -format json` says: one JSON object after the other. Only a finding with a package is imported. */
export function importedOf(output: string): Imported[] {
  const messages = output.split(/^(?=\{)/m).map((text) => JSON.parse(text) as { finding?: Finding });
  const imported = new Map<string, Imported>();
  for (const { finding } of messages) {
    const [place] = finding?.trace ?? [];
    if (finding === undefined || place?.package === undefined) continue;
    const { osv: id, fixed_version: mendedIn = '' } = finding;
    imported.set(id, { id, module: place.module, version: place.version ?? '', mendedIn });
  }
  return [...imported.values()];
}

/** One line for each. */
export const lineOf = ({ id, module, version, mendedIn }: Imported): string =>
  `${module === 'stdlib' ? 'note' : 'error'}: ${id} in ${module} ${version} is imported; ` +
  (mendedIn === '' ? 'nothing mends it yet' : `raise it to ${mendedIn}`);

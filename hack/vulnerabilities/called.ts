/** A known vulnerability that a program calls. */
export interface Called {
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
  readonly trace: readonly { readonly module: string; readonly version?: string; readonly function?: string }[];
}

/** Reads what `govulncheck -format json` says: one JSON object after the other. Only a finding with a function is called. */
export function calledOf(output: string): Called[] {
  const messages = output.split(/^(?=\{)/m).map((text) => JSON.parse(text) as { finding?: Finding });
  const called = new Map<string, Called>();
  for (const { finding } of messages) {
    const [place] = finding?.trace ?? [];
    if (finding === undefined || place?.function === undefined) continue;
    const { osv: id, fixed_version: mendedIn = '' } = finding;
    called.set(id, { id, module: place.module, version: place.version ?? '', mendedIn });
  }
  return [...called.values()];
}

/** One line for each. */
export const lineOf = ({ id, module, version, mendedIn }: Called): string =>
  `${module === 'stdlib' ? 'note' : 'error'}: ${id} in ${module} ${version} is called; ` +
  (mendedIn === '' ? 'nothing mends it yet' : `raise it to ${mendedIn}`);

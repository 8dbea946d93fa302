import { goModules, npmPackages, type Package } from './packages.ts';

/** What the files NOTICE and LICENSES-GO say. Needs Go, and reads the checkout. */
export function notice(): { readonly notice: string; readonly licences: string } {
  const litefs = goModules('hack/airgap/go/litefs', 'github.com/superfly/litefs/cmd/litefs');
  const backup = goModules('app/backup', '.');
  return {
    notice: software(litefs, npmPackages(), backup),
    licences: `The licences of the Go modules that the images of Liteset carry: see NOTICE. Written by \`npm run notice\`.

${quotes([...litefs, ...backup], ({ text }) => text)}
`,
  };
}

const software = (litefs: readonly Package[], npm: readonly Package[], backup: readonly Package[]) => `Liteset
Copyright 2026 The Liteset authors

Liteset is licensed under the Apache License, Version 2.0: see LICENSE. Its images carry software by others, which is
listed here. Written by \`npm run notice\`; a test compares. The SBOM of each image names the versions.


THE IMAGE invoices
==================

Debian packages, under the licences in /usr/share/doc/*/copyright of the image.
Node.js, under the MIT licence; its file LICENSE names what Node.js itself contains.
SQLite, in the public domain, as a part of better-sqlite3.

Go modules of LiteFS, the program litefs, under the licences in LICENSES-GO. github.com/superfly/litefs is changed: by the
files in hack/airgap/go/litefs/patches of Liteset's source, each of which says what it changes and why.

${list(litefs)}

npm packages, with their licences in /srv/liteset/node_modules:

${list(npm)}


THE IMAGE backup
================

Debian's list of certificate authorities, which is Mozilla's: MPL-2.0.
SQLite, in the public domain, translated to Go as a part of modernc.org/sqlite.

Go modules of the program, Litestream among them, under the licences in LICENSES-GO:

${list(backup)}


NOTICES
=======

${quotes([...litefs, ...backup], ({ notice }) => notice)}
`;

const list = (packages: readonly Package[]): string =>
  packages.map(({ name, licence }) => `- ${name} (${licence})`).join('\n');

/** Each text once, below the names of the packages that have it. */
function quotes(packages: readonly Package[], pick: (it: Package) => string | undefined): string {
  const owners = new Map<string, Set<string>>();
  for (const it of packages) {
    const text = pick(it)?.trimEnd();
    if (text !== undefined) owners.set(text, (owners.get(text) ?? new Set()).add(it.name));
  }
  return [...owners]
    .map(([text, names]) => `Of ${[...names].join(', ')}:\n\n${text.replaceAll(/^(?=.)/gm, '    ')}`)
    .join('\n\n');
}

import { goModules, npmPackages, type Package } from './packages.ts';

/** The file NOTICE: which software by others the images carry, under which licences. Needs Go, and reads the checkout. */
export function notice(): string {
  const litefs = goModules('hack/airgap/go/litefs', 'github.com/superfly/litefs/cmd/litefs');
  const backup = goModules('app/backup', '.');
  const npm = npmPackages();
  return `Liteset
Copyright 2026 The Liteset authors

Liteset is licensed under the Apache License, Version 2.0: see LICENSE. Its images carry software by others, which is
listed here. Written by \`npm run notice\`; a test compares. The SBOM of each image names the versions.


THE IMAGE invoices
==================

Debian packages, under the licences in /usr/share/doc/*/copyright of the image.
Node.js, under the MIT licence; its file LICENSE names what Node.js itself contains.
SQLite, in the public domain, as a part of better-sqlite3 and as Debian's sqlite3.

Go modules of LiteFS, the program litefs:

${list(litefs)}

npm packages, with their licences in /srv/liteset/node_modules:

${list(npm)}


THE IMAGE backup
================

Debian's list of certificate authorities, which is Mozilla's: MPL-2.0.
SQLite, in the public domain, translated to Go as a part of modernc.org/sqlite.

Go modules of the program, Litestream among them:

${list(backup)}


NOTICES
=======

${notices([...litefs, ...backup])}
`;
}

const list = (packages: readonly Package[]): string =>
  packages.map(({ name, licence }) => `- ${name} (${licence})`).join('\n');

/** Each notice once, below the names of those that have it. */
function notices(packages: readonly Package[]): string {
  const owners = new Map<string, Set<string>>();
  for (const { name, notice } of packages)
    if (notice !== undefined) owners.set(notice, (owners.get(notice) ?? new Set()).add(name));
  return [...owners]
    .map(([text, names]) => `Of ${[...names].join(', ')}:\n\n${text.replaceAll(/^(?=.)/gm, '    ')}`)
    .join('\n\n');
}

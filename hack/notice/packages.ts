import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { licenceOf } from './licence.ts';

/** Software by others that an image carries. */
export interface Package {
  readonly name: string;
  /** By its name in SPDX. */
  readonly licence: string;
  /** The licence itself, of what an image carries without its files: a Go module. */
  readonly text?: string;
  /** What its file NOTICE says, which the Apache License asks to pass on. */
  readonly notice?: string;
}

interface Locked {
  readonly dev?: boolean;
  readonly license?: string;
}

/** The npm packages that `npm ci --omit=dev` installs, by package-lock.json. */
export function npmPackages(): Package[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  return byName(
    installed.map(([path, { license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      if (license === undefined) throw new Error(`package-lock.json names no licence of ${name}`);
      return { name, licence: license };
    }),
  );
}

/** The Go modules that a program is linked with: `program` is its package, seen from the module in `folder`. */
export function goModules(folder: string, program: string): Package[] {
  const format = '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}';
  const env = { ...process.env, CGO_ENABLED: '0', GOOS: 'linux' };
  const lines = execFileSync('go', ['list', '-deps', '-f', format, program], { cwd: folder, env, encoding: 'utf8' });
  return byName(
    [...new Set(lines.split('\n').filter(Boolean))].map((line) => goModule(...(line.split(' ') as [string, string]))),
  );
}

function goModule(name: string, folder: string): Package {
  const files = readdirSync(folder);
  const read = (pattern: RegExp) =>
    files.filter((it) => pattern.test(it)).map((it) => readFileSync(join(folder, it), 'utf8'));
  const text = read(/^(LICEN[CS]E|COPYING)/i).join('\n');
  const [notice] = read(/^NOTICE/i);
  return { name, licence: licenceOf(text, name), text, ...(notice === undefined ? {} : { notice }) };
}

/** Sorted, and each name once: npm may install two versions of a package. */
const byName = (packages: readonly Package[]): Package[] =>
  [...new Map(packages.map((it) => [it.name, it])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));

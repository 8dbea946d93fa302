import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** As much of a package.json, or of an entry of package-lock.json, as is looked at. */
export interface Manifest {
  readonly [key: string]: unknown;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;

/** What an application needs beside the library: to run, and for TypeScript. */
const PROGRAMS = ['better-sqlite3', 'express'];
const TYPES = ['@types/better-sqlite3', '@types/express', '@types/node'];

/** Packs the library into a folder. Returns the path of the tarball. */
export async function packLibrary(directory: string): Promise<string> {
  const name = await npm('app/liteset', 'pack', '--silent', '--pack-destination', directory);
  return join(directory, name.trim());
}

/**
 * Makes an application of `test/app/liteset/fresh-app` in a folder outside the repository, with the tarball as a package, and
 * compiles it. The other packages are of the repository's versions: npm has those in its cache, and none needs a script.
 */
export async function makeFreshApp(directory: string, tarball: string): Promise<void> {
  cpSync('test/app/liteset/fresh-app', directory, { recursive: true });
  const root = readManifest('package.json');
  const pick = (from: Readonly<Record<string, string>>, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, from[name]]));
  const manifest = {
    ...readManifest(join(directory, 'package.json')),
    dependencies: { ...pick(root.dependencies, PROGRAMS), liteset: `file:${tarball}` },
    devDependencies: pick(root.devDependencies, TYPES),
  };
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: object };
  write(join(directory, 'package.json'), manifest);
  write(join(directory, 'package-lock.json'), { ...lock, packages: { ...lock.packages, '': manifest } });
  await npm(directory, 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund');
  await run(resolve('node_modules/.bin/tsc'), ['-p', directory], process.cwd());
}

const write = (path: string, content: unknown) => writeFileSync(path, JSON.stringify(content));

const npm = (directory: string, ...args: string[]) => run('npm', args, directory);

/** Without what npm says of itself to the programs that it runs, as this one may be: its settings are the repository's. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  try {
    return (await promisify(execFile)(program, args, { cwd, env })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

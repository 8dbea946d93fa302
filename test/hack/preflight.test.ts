import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { bash, folder } from './bash.ts';

/** A folder for PATH with programs that print the same whatever they are asked. */
function programs(answers: Record<string, string>): string {
  const path = mkdtempSync(join(folder, 'path-'));
  for (const [name, answer] of Object.entries(answers)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${answer}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return path;
}
const says = (text: string): string => `echo '${text}'`;

/** Runs a check of hack/lib/preflight.sh, with these folders first on PATH. */
function check(script: string, ...path: string[]) {
  const libraries = ['options', 'go', 'tools', 'docker', 'preflight'].map((it) => `. hack/lib/${it}.sh;`).join(' ');
  return bash(`. hack/lib/common.sh; ${libraries} COMPLAINTS=(); REGISTRY_MODE=registry; PATH=$1:$PATH; ${script}`, [
    path.join(':'),
  ]);
}
const complaint = (text: string) => ({ status: 1, stderr: expect.stringContaining(`error: ${text}`) });
const passes = { status: 0, stderr: '' };

describe('the port of the service', () => {
  it('has to be free', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const look = () => check(`PORT=${port} CLUSTER=no-such; check_port; tell_complaints`);
    expect(look()).toMatchObject(complaint(`port ${port} of 127.0.0.1 is taken`));
    await new Promise((done) => server.close(done));
    expect(look()).toMatchObject(passes);
  });

  it('may be taken by the cluster of an earlier run', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const docker = programs({ docker: says(`127.0.0.1:${port}`) });
    expect(check(`PORT=${port}; check_port; tell_complaints`, docker)).toMatchObject(passes);
    await new Promise((done) => server.close(done));
  });
});

it('a disk without room is told once, though two folders are on it', () => {
  const path = programs({ docker: says('/'), df: says('Filesystem 1K\n/dev/it 1 1 5000000 1% /'), go: says('/') });
  expect(check('check_disk; tell_complaints', path)).toEqual({
    status: 1,
    stdout: '',
    stderr: `error: 4 GiB are free in ${folder} (mounted at /), and 6 are needed\n`,
  });
  expect(check('DISK=4; check_disk; tell_complaints', path)).toMatchObject(passes);
});

describe('the version of', () => {
  it.each([
    ['an old Go', { go: says('go1.20.1') }, 'Go 1.26'],
    ['no Go', { go: 'exit 127' }, 'Go 1.26'],
    ['an old Node', { node: says('v18.20.0') }, 'Node 20 or later is needed, not v18.20.0'],
    ['no Node', { node: 'exit 127' }, 'Node 20 or later with npm is needed'],
  ])('%s is told', (_, answers, text) => {
    expect(check('preflight_tests', programs(answers))).toMatchObject(complaint(text));
  });

  it('a new Go and a new Node are right', () => {
    expect(check('preflight_tests', programs({ go: says('go1.99.0'), node: says('v99.0.0') }))).toMatchObject(passes);
  });
});

describe('docker', () => {
  const docker = (server: string, client: string, buildx = false) =>
    programs({
      docker: `case $1 in version) echo ${server} ;; --version) echo Docker version ${client} ;; *) ${buildx} ;; esac`,
    });
  // The machine may have other clients on PATH: `type -ap docker` names this one alone.
  const look = (path: string) =>
    check('type() { echo "$PATH" | cut -d: -f1 | sed s,$,/docker,; }; check_docker; tell_complaints', path);

  it('needs BuildKit, which an old client has built in and a new one has as a plugin', () => {
    expect(look(docker('28.0.1', '20.10.24'))).toMatchObject(passes);
    expect(look(docker('28.0.1', '28.0.1', true))).toMatchObject(passes);
    expect(look(docker('28.0.1', '28.0.1'))).toMatchObject(complaint('docker has no BuildKit'));
  });

  it('must not be too old', () => {
    expect(look(docker('19.03.1', '20.10.24'))).toMatchObject(
      complaint('the docker engine is 19.03.1: 20.10 or later is needed'),
    );
  });
});

describe('kind, kubectl and helm', () => {
  const kubectl = (version: string): string => says(`{"clientVersion": {"gitVersion": "${version}"}}`);
  const old = programs({ kind: says('0.20.0'), kubectl: kubectl('v1.29.0'), helm: says('v3.1.0') });
  const current = programs({ kind: says('0.99.0'), kubectl: kubectl('v1.99.0'), helm: says('v4.99.0') });

  it.each(['kind', 'kubectl', 'helm'])('%s of the machine is taken if it is new enough', (program) => {
    expect(check(`fitting_tool ${program}`, old, current).stdout).toBe(`${join(current, program)}\n`);
  });

  it('are told, if Go cannot build them either', () => {
    const noGo = programs({ go: 'exit 127' });
    const look = (...path: string[]) => check('PATH=$1:/usr/bin:/bin; check_tools; tell_complaints', ...path);
    expect(look(noGo, old)).toMatchObject(
      complaint('not on PATH in this version or a later one: kind v0.33.0, kubectl v1.37.2, helm v3.22.0, nor Go 1.26'),
    );
    expect(look(noGo, current)).toMatchObject(passes);
  });
});

it('hack/up.sh says all that is wrong, and builds nothing', () => {
  const checkout = mkdtempSync(join(folder, 'checkout-'));
  const cache = join(checkout, 'cache');
  mkdirSync(cache);
  const path = programs({
    docker: 'case $1 in info) echo / ;; version) echo 19.03.1 ;; *) exit 1 ;; esac',
    go: 'exit 127',
    kind: says('0.1.0'),
  });
  const { status, stdout, stderr } = bash(
    'cp -r --parents hack/*.sh hack/versions.env hack/lib hack/airgap/*.sh hack/airgap/go hack/images hack/cluster "$1"; cd "$1"; hack/up.sh --registry',
    [checkout],
    { PATH: `${path}:/usr/bin:/bin`, LITESET_CACHE: cache },
  );
  expect(status).toBe(1);
  expect(stdout.split('\n').map((line) => line.slice(0, 24).trim())).toEqual(['Docker engine', 'Tools, port and disk']);
  expect(stderr).toContain('error: the docker engine is 19.03.1');
  expect(stderr).toContain('error: not on PATH in this version or a later one: kind v0.33.0');
  expect(stderr).toContain('nothing was built yet');
  expect(existsSync(join(cache, 'go'))).toBe(false);
  expect(readdirSync(join(checkout, 'hack/.bin'))).toEqual([]);
});

import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bash, folder as cache } from './bash.ts';

const common = '. hack/lib/common.sh;';

describe.each(['up', 'down', 'test'])('hack/%s.sh', (name) => {
  it('explains itself with --help, and says how to undo what it does', () => {
    const { status, stdout } = bash(`hack/${name}.sh --help`);
    expect(status).toBe(0);
    expect(stdout).toContain(`hack/${name}.sh [`);
    expect(stdout).toMatch(name === 'down' ? /Removes what hack\/up\.sh made/ : /Undo: hack\/down\.sh/);
  });

  it('refuses an option that it does not know, before it does anything', () => {
    const { status, stderr } = bash(`hack/${name}.sh --no-such-option`);
    expect(status).toBe(1);
    expect(stderr).toContain("unknown option '--no-such-option'");
  });
});

it.each([
  ['--workers many', "--workers takes a whole number from 0 to 5, not 'many'"],
  ['--replicas 0', "--replicas takes a whole number from 1 to 9, not '0'"],
  ['--lease raft', "--lease takes kubernetes, consul or static, not 'raft'"],
  ['--kubernetes 1.20', '--kubernetes takes newest (v1.'],
])('hack/up.sh refuses %s', (options, message) => {
  const { status, stderr } = bash(`hack/up.sh ${options}`);
  expect(status).toBe(1);
  expect(stderr).toContain(message);
});

describe('hack/build.sh', () => {
  it.each([
    ['', 'which module?'],
    ['no-such-module', 'there is no hack/airgap/go/no-such-module'],
  ])('refuses to build "%s"', (module, message) => {
    const { status, stderr } = bash(`hack/build.sh ${module}`);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe('hack/lint-workflows.sh', () => {
  /** Runs the script in a checkout of its own, with or without actionlint, and with this workflow. */
  function lint(workflow: string, actionlint: boolean) {
    const checkout = mkdtempSync(join(cache, 'lint-'));
    const script = `
      cp -r --parents hack/lint-workflows.sh hack/lib hack/versions.env "$1"
      cd "$1"
      git init -q && mkdir -p hack/.bin .github/workflows && cat >.github/workflows/it.yml <<<"$2"
      [ -z "$3" ] || cp "$3" hack/.bin/
      hack/lint-workflows.sh`;
    return bash(script, [checkout, workflow, actionlint ? resolve('hack/.bin/actionlint') : '']);
  }
  const workflow = (when: string) => `on: ${when}\njobs: { it: { runs-on: ubuntu-latest, steps: [{ run: ls }] } }`;

  it('passes a workflow without a fault', () => {
    expect(lint(workflow('push'), true)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('names the fault of a workflow', () => {
    expect(lint(workflow('pish'), true)).toMatchObject({ status: 1, stdout: expect.stringContaining('"pish"') });
  });

  it('says how to get actionlint where it is not there', () => {
    expect(lint(workflow('push'), false)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('run `hack/build.sh actionlint`'),
    });
  });
});

describe('a step', () => {
  it('shows its name and how long it took, and keeps its output in a log', () => {
    const { status, stdout } = bash(`${common} step 'Say hello' 'no hint' echo hello; cat "$LOGS/Say-hello.log"`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Say hello +\d+ s\nhello\n$/);
  });

  it('that fails ends the script with the end of its log and what to do', () => {
    const { status, stderr, stdout } = bash(
      `${common} work() { echo one; false; echo two; }; step 'Work' 'Buy a new one.' work; echo went on`,
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/failed after \d+ s \(exit code 1\)/);
    expect(stderr).toContain('  | one\n');
    expect(stderr).toContain('What to do: Buy a new one.');
    expect(stdout + stderr).not.toMatch(/two|went on/);
  });
});

describe('the digest that names what was built', () => {
  const digest = (...args: string[]) => bash(`${common} digest "$@"`, args).stdout.trim();

  it('is the same for the same content, and another for another', () => {
    const file = join(cache, 'input');
    writeFileSync(file, 'a');
    const before = digest(file, 'v1');
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(digest(file, 'v1')).toBe(before);
    expect(digest(file, 'v2')).not.toBe(before);
    writeFileSync(file, 'b');
    expect(digest(file, 'v1')).not.toBe(before);
  });
});

describe('the image of the backup program', () => {
  const root = join(cache, 'checkout');
  const write = (path: string, content: string) => {
    mkdirSync(join(root, 'app/backup', dirname(path)), { recursive: true });
    writeFileSync(join(root, 'app/backup', path), content);
  };
  const name = () =>
    bash(`${common} . hack/lib/options.sh; . hack/images/images.sh; ROOT=$1 backup_image`, [root]).stdout.trim();

  it('is another one when the program changes, and not when its tests do', () => {
    for (const path of ['go.mod', 'main.go', 'main_test.go', 'internal/ship/ship.go', 'internal/livetest/node.go'])
      write(path, 'a');
    const before = name();
    expect(before).toMatch(/^liteset\/backup:[0-9a-f]{16}$/);
    for (const path of ['main_test.go', 'internal/ship/more_test.go', 'internal/livetest/node.go', 'README.md'])
      write(path, 'b');
    expect(name()).toBe(before);
    write('internal/ship/ship.go', 'b');
    expect(name()).not.toBe(before);
  });
});

describe('hack/versions.env', () => {
  const check = (module: string, requirement: string, version: string) =>
    bash(`${common} . hack/lib/go.sh; pinned "$@"`, [module, requirement, version]);

  it('has to agree with go.mod', () => {
    expect(check('kind', 'sigs.k8s.io/kind', 'v0.0.1')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        'hack/versions.env says sigs.k8s.io/kind v0.0.1, hack/airgap/go/kind/go.mod does not',
      ),
    });
  });

  it('is checked by every build', () => {
    const { stdout } = bash(`${common} . hack/lib/go.sh; declare -F | sed -n 's/^declare -f go_build_//p'`);
    // The version of agent and volume, which are our own, is that of the repository.
    const builds = stdout
      .trim()
      .split('\n')
      .filter((build) => build !== 'agent' && build !== 'volume');
    // kubectl is built of the module that pins Kubernetes.
    expect(builds.sort()).toEqual([...readdirSync('hack/airgap/go'), 'kubectl'].sort());
    for (const build of builds) {
      expect(bash(`${common} . hack/lib/go.sh; declare -f go_build_${build}`).stdout).toContain(
        `pinned ${build.replace('kubectl', 'kubernetes')} `,
      );
    }
  });
});

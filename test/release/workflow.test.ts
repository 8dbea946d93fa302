import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { image } from '../../cdk8s/values/app.ts';
import { backup } from '../../cdk8s/values/backup.ts';
import { release } from './release-script.ts';

const WORKFLOWS = '.github/workflows';

const { env, steps } = parse(readFileSync(join(WORKFLOWS, 'release.yml'), 'utf8')).jobs.release as {
  readonly env: { readonly REGISTRY: string };
  readonly steps: readonly { readonly run?: string }[];
};

/** What a pattern captures in each of its matches. */
const captures = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, it = '']) => it);

describe('the release workflow', () => {
  const commands = steps.map(({ run }) => run ?? '').join('\n');

  it('has a step for each command of hack/release.sh', async () => {
    const { stdout } = await release(['--help']);
    const known = captures(stdout, /^ {2}hack\/release\.sh (\w+)/gm);
    expect(known).toHaveLength(5);
    expect(captures(commands, /hack\/release\.sh (\w+)/g).sort()).toEqual(known.sort());
  });

  it('builds, packages, pushes and signs by that script only', () => {
    expect(commands).not.toMatch(/\b(docker|helm|cosign) [a-z]/);
  });
});

describe('the images of a release', () => {
  it('are those of the default values, for amd64 and arm64, with SBOM and provenance', async () => {
    const { stdout } = await release(['images', env.REGISTRY, '--dry-run']);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const builds = stdout.trim().split('\n');
    expect(builds).toEqual(
      [image, backup.shape.image]
        .map((values) => `${values.parse({}).repository}:${version}`)
        .map((name) => expect.stringContaining(` -t ${name} --platform linux/amd64,linux/arm64 `)),
    );
    for (const build of builds) {
      expect(build).toContain(' --sbom=true --provenance=mode=max ');
      expect(existsSync(/ -f (\S+) /.exec(build)?.[1] ?? '')).toBe(true);
    }
  });
});

describe('a signature', () => {
  it('is for a digest, not for a tag', async () => {
    const digest = `ghcr.io/liteset/invoices@sha256:${'0'.repeat(64)}`;
    expect(await release(['sign', digest, '--dry-run'])).toMatchObject({ stdout: `cosign sign --yes ${digest}\n` });
    expect(await release(['sign', 'ghcr.io/liteset/invoices:0.1.0', '--dry-run'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('has no digest'),
    });
  });
});

it.each(readdirSync(WORKFLOWS))('%s takes each action by its commit, and names the version', (file) => {
  const actions = captures(readFileSync(join(WORKFLOWS, file), 'utf8'), /\buses: (.*)$/gm);
  expect(actions).not.toEqual([]);
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

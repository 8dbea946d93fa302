import { changesOf } from '../../cdk8s/changelog.ts';

const CHANGELOG = `# Changelog

What this is.

## [Unreleased]

### Added

- Something that
  takes two lines.

[Unreleased]: https://example.com

## [0.2.0] - 2026-12-24

### Fixed

- One fault.
- Another fault.

### Security

- A hole.
`;

describe('the changes of a version in CHANGELOG.md', () => {
  it('are those of its section', () => {
    expect(changesOf('0.2.0', CHANGELOG)).toEqual([
      { kind: 'fixed', description: 'One fault.' },
      { kind: 'fixed', description: 'Another fault.' },
      { kind: 'security', description: 'A hole.' },
    ]);
  });

  it('are those of the section `Unreleased` while the version has none', () => {
    expect(changesOf('0.3.0', CHANGELOG)).toEqual([{ kind: 'added', description: 'Something that takes two lines.' }]);
  });

  it('are none where there is neither section', () => {
    expect(changesOf('0.1.0', '# Changelog\n')).toEqual([]);
  });
});

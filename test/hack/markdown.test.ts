import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const WIDTH = 120;

/** Pages that are still to be brought to this width. No other page may be wider. */
const STILL_WIDE = /^(README\.md|cdk8s\/static\/README\.md|app\/backup\/README\.md|docs\/.*)$/;

/** The pages of the project. Those of charts/ are generated. */
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((page) => existsSync(page) && page !== '' && !page.startsWith('charts/'));

/** A page without its fenced code, line by line; what is left out leaves an empty line. */
function prose(page: string): string[] {
  let code = false;
  return readFileSync(page, 'utf8')
    .split('\n')
    .map((line) => {
      const fence = /^\s*```/.test(line);
      if (fence) code = !code;
      return code || fence ? '' : line;
    });
}

const tooWide = (page: string): string[] =>
  prose(page).flatMap((line, i) =>
    line.length > WIDTH && !line.trimStart().startsWith('|') ? [`${page}:${i + 1} has ${line.length} characters`] : [],
  );

/** The anchors that GitHub gives to the headings of a page. */
const anchors = (page: string): string[] =>
  prose(page).flatMap((line) => {
    const heading = /^#+ (.*)$/.exec(line)?.[1];
    return heading === undefined
      ? []
      : [
          heading
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
            .replaceAll(' ', '-'),
        ];
  });

/** The links of a page to other files, and to headings, that lead nowhere. */
function deadLinks(page: string): string[] {
  const links = [
    ...prose(page)
      .join('\n')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target = '']) => target);
  return links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path));
      return !existsSync(file) || (anchor !== undefined && !anchors(file).includes(anchor));
    })
    .map((target) => `${page} links to ${target}`);
}

const narrow = pages.filter((page) => !STILL_WIDE.test(page));
it.each(narrow)(`%s has lines of at most ${WIDTH} characters outside of tables and code`, (page) => {
  expect(tooWide(page)).toEqual([]);
});

it('the pages that may be wider are needed still', () => {
  expect(pages.filter((page) => STILL_WIDE.test(page)).flatMap(tooWide)).not.toEqual([]);
});

it.each(pages)('%s links only to what is there', (page) => {
  expect(deadLinks(page)).toEqual([]);
});

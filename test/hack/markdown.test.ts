import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const WIDTH = 120;

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
    line.length > WIDTH && !line.trimStart().startsWith('|') ? [`line ${i + 1}: ${line.length} characters`] : [],
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

/** What a pattern captures in the prose of a page. */
const captures = (page: string, pattern: RegExp): string[] =>
  [...prose(page).join('\n').matchAll(pattern)].map(([, it = '']) => it);

/** The links of a page to other files, and to headings, that lead nowhere. */
const deadLinks = (page: string): string[] =>
  captures(page, /\]\(([^)\s]+)\)/g)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path));
      return !existsSync(file) || (anchor !== undefined && !anchors(file).includes(anchor));
    });

/** The files and folders that a page names in code and that are not there. A name with a placeholder is not looked at. */
const deadPaths = (page: string): string[] =>
  captures(page, /`((?:app|cdk8s|charts|docs|hack|test|\.github)\/[\w./-]*)`/g).filter(
    (path) => !existsSync(path) && !path.startsWith('hack/.bin/'),
  );

it.each(pages)(`%s has lines of at most ${WIDTH} characters outside of tables and code`, (page) => {
  expect(tooWide(page)).toEqual([]);
});

it.each(pages)('%s names only files that are there', (page) => {
  expect(deadPaths(page)).toEqual([]);
});

it.each(pages)('%s links only to what is there', (page) => {
  expect(deadLinks(page)).toEqual([]);
});

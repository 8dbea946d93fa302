import { readFileSync } from 'node:fs';
import { licenceOf } from '../../hack/notice/licence.ts';
import { notice } from '../../hack/notice/notice.ts';

jest.setTimeout(120_000); // where no Go module is there yet, Go fetches those of LiteFS and of the backup

test('NOTICE and LICENSES-GO have all that the images carry: they are what `npm run notice` writes', () => {
  const read = (file: string) => readFileSync(file, 'utf8');
  expect({ notice: read('NOTICE'), licences: read('LICENSES-GO') }).toEqual(notice());
});

test('NOTICE names each package that package.json requires at run time', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
  const named = readFileSync('NOTICE', 'utf8').split('\n');
  for (const name of Object.keys(dependencies))
    expect(named).toContainEqual(expect.stringMatching(`^- ${name} \\([\\w.-]+\\)$`));
});

describe('a licence', () => {
  it.each([
    ['Apache-2.0', 'Apache License\n   Version 2.0, January 2004'],
    ['MPL-2.0', 'Mozilla Public License, version 2.0'],
    ['BSD-3-Clause', 'Redistribution and use … Neither the name of the author nor …'],
    ['BSD-2-Clause', 'Redistribution and use in source and binary forms'],
    ['ISC', 'Permission to use, copy, modify, and/or distribute this software'],
    ['MIT', 'Permission is hereby granted,\nfree of charge'],
    ['Apache-2.0 AND MIT', 'Apache License, Version 2.0 … Permission is hereby granted, free of charge'],
  ])('is %s by its text', (name, text) => {
    expect(licenceOf(text, 'a module')).toBe(name);
  });

  it('that is not known is refused', () => {
    expect(() => licenceOf('All rights reserved.', 'a module')).toThrow('the licence of a module is not known');
  });
});

const ENDORSE = 'Neither the name|The names? of|may be used to endorse';

/** What tells a licence by its text, by the licence's name in SPDX. */
const MARKS = new Map([
  ['Apache-2.0', /Apache License,? Version 2\.0/],
  ['MPL-2.0', /Mozilla Public License,? [Vv]ersion 2\.0/],
  ['BSD-3-Clause', new RegExp(`Redistribution and use.*(${ENDORSE})`)],
  ['BSD-2-Clause', new RegExp(`Redistribution and use(?!.*(${ENDORSE}))`)],
  ['ISC', /Permission to use, copy, modify, (and\/or|and) distribute this software/],
  ['MIT', /Permission is hereby granted, free of charge/],
]);

/**
 * The licences in a text, such as `MIT` or `Apache-2.0 AND MIT`.
 * @throws Error if there is none of those that the images have had so far
 */
export function licenceOf(text: string, of: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  const found = [...MARKS.keys()].filter((name) => MARKS.get(name)?.test(line));
  if (found.length > 0) return found.join(' AND ');
  throw new Error(`the licence of ${of} is not known: may it be shipped? If so, add it to hack/notice/licence.ts`);
}

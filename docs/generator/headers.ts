import { HEADERS } from '../../app/liteset/headers.ts';
import { code, page, table } from './markdown.ts';

/** Liteset's own headers. */
export const headers = (): string =>
  page(
    'Headers',
    'This page lists the HTTP headers that Liteset adds to requests and responses. HTTP ignores the case of their names.',
    table(
      ['Header', 'On', 'Meaning'],
      Object.values(HEADERS).map(({ name, on, meaning }) => [code(name), on, meaning]),
    ),
    'The cookie `liteset-token` has the same content as the header `Liteset-Token`. Browsers send a cookie back by\nthemselves. Other clients copy the header of each response into their next request.',
    'Liteset also heeds two standard headers. A request with an `Idempotency-Key` may be repeated, and the invoice service\nexecutes it once. A response with `Retry-After` asks the client to come back after that many seconds.',
  );

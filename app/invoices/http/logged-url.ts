/** A URL as it is logged: without the values of its query, in which people's names and addresses are looked for. */
export function loggedUrl(url: string): string {
  const end = url.indexOf('?');
  if (end < 0) return url;
  return `${url.slice(0, end)}?${[...new URLSearchParams(url.slice(end)).keys()].join('&')}`;
}

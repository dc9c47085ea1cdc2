/** A segment this long is rather a token than a word. */
const longestWord = 24;

/**
 * Masks a URL for display: scheme, host and the first segment of the path stay, with the names of query parameters. The rest is
 * `***`: user, password, the path of a webhook (which is all the secret that Slack, Teams or a CI trigger has), values. Text that
 * is no URL with a host is returned with what looks like `user:password@` or a query masked.
 */
export function maskUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.host === '') return maskText(url);
  const credentials = parsed.username === '' && parsed.password === '' ? '' : '***@';
  return `${parsed.protocol}//${credentials}${parsed.host}${maskPath(parsed.pathname)}${maskQuery(parsed.search)}`;
}

const maskText = (text: string): string =>
  text
    .replace(/\/\/[^/@\s]*@/g, '//***@')
    .replace(/(^|[\s"'(])[^\s:/@"'(]+:[^\s/@]*@/g, '$1***@')
    .replace(/\?\S+/g, '?***');

function maskPath(path: string): string {
  if (path === '') return '';
  const [, first = '', ...rest] = path.split('/');
  const shown = first.length > longestWord ? '***' : first;
  const isShort = rest.every((segment) => segment === '');
  return isShort ? `/${shown}${rest.length > 0 ? '/' : ''}` : `/${shown}/***`;
}

/** A parameter without a value may be a token itself. */
function maskQuery(search: string): string {
  if (search === '') return '';
  const pairs = search.slice(1).split('&');
  const shown = pairs.slice(0, 10).map((pair) => {
    const equals = pair.indexOf('=');
    return equals <= 0 || equals > longestWord ? '***' : `${pair.slice(0, equals)}=***`;
  });
  return `?${shown.join('&')}${pairs.length > shown.length ? '&***' : ''}`;
}

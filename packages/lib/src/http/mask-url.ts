/**
 * Masks a URL for display: user, password and the values of query parameters are replaced by `***`.
 * Text that is no URL is returned with anything that looks like `user:password@` masked.
 */
export function maskUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url.replace(/\/\/[^/@\s]*@/g, '//***@');
  const credentials = parsed.username === '' && parsed.password === '' ? '' : '***@';
  const names = [...parsed.searchParams.keys()];
  const query = names.length === 0 ? '' : `?${names.map((name) => `${name}=***`).join('&')}`;
  return `${parsed.protocol}//${credentials}${parsed.host}${parsed.pathname}${query}`;
}

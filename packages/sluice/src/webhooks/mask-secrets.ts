const MASK = '***';

/**
 * Masks the secrets of `url` in a text (user, password, query values; raw, decoded, or as a Basic token) and
 * anything that looks like a credential. Some receivers echo their request.
 */
export function maskSecrets(text: string, url: string): string {
  let masked = text;
  // guard: secrets-are-masked
  for (const secret of secretsOf(url)) masked = masked.replaceAll(secret, MASK);
  return (
    masked
      .replace(/\b(bearer\s+)(?!tokens?\b|auth)[\w.~+/=-]{4,}/gi, `$1${MASK}`)
      // `basic` and `token` are plain words as well: `basic checks passed` and `token expired` have to stay readable.
      .replace(/\b((?:basic|token)\s+)(?=[\w.~+/-]*[\d=]|[\w.~+/-]{20})[\w.~+/=-]{4,}/gi, `$1${MASK}`)
      .replace(/\/\/[^/@\s"'<>]+@/g, `//${MASK}@`)
      .replace(
        /\b((?:access[-_]?|api[-_]?)?(?:token|secret|password|key)["']?\s*[=:]\s*["']?)[^\s"',;&}]+/gi,
        `$1${MASK}`,
      )
  );
}

/** Longest first, so that a secret that contains another is replaced as a whole. */
function secretsOf(url: string): string[] {
  const { username, password, search } = partsOf(url);
  const found = new Set<string>();
  for (const part of [username, password]) addForms(found, part, '');
  if (username !== '' || password !== '') {
    found.add(Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64'));
  }
  for (const pair of search.slice(1).split('&')) {
    const equals = pair.indexOf('=');
    if (equals >= 0) addForms(found, pair.slice(equals + 1), pair.slice(0, equals + 1));
  }
  return [...found].toSorted((a, b) => b.length - a.length);
}

/** Finds the parts of a URL that cannot be parsed as well, because its error is shown, too. */
function partsOf(url: string): { username: string; password: string; search: string } {
  const parsed = URL.parse(url);
  if (parsed !== null) return parsed;
  const [username = '', password = ''] = (/\/\/([^/@\s]*)@/.exec(url)?.[1] ?? '').split(':');
  return { username, password, search: /\?[^#]*/.exec(url)?.[0] ?? '' };
}

/** A value of up to three characters would mask half of any text: it is masked only together with its name. */
function addForms(found: Set<string>, raw: string, prefix: string): void {
  for (const form of [raw, decode(raw)]) {
    if (form === '') continue;
    if (form.length > 3) found.add(form);
    else if (prefix !== '') found.add(prefix + form);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

import { findTexts } from './find-texts.ts';
import type { Span } from './find-texts.ts';

const MASK = '***';

/** A longer URL would have more secrets than are worth looking for: nothing of its answer is shown. */
const longestUrl = 8 * 1024;
/** Characters beyond what is shown that are read to recognize a credential by its looks. */
const beyond = 256;

/**
 * Masks the secrets of `url` in a text (user, password, query values, tokens of the path; raw, decoded, or as a Basic token) and
 * anything that looks like a credential. Some receivers echo their request. Only the first `shown` characters of the text
 * are returned, masked, and `…` for the rest; the time grows with these and with the URL.
 */
export function maskSecrets(text: string, url: string, shown = text.length): string {
  if (url.length > longestUrl) return MASK;
  const secrets = secretsOf(url);
  // A secret that is shown in part must be known as a whole.
  const read = text.slice(0, shown + Math.max(beyond, secrets.longest));
  const found = [/* guard: secrets-are-masked */ ...findTexts(read, secrets.texts), ...credentialsIn(read)];
  return maskSpans(read, found, shown) + (text.length > shown ? '…' : '');
}

/** Forms of a credential; the group `kept` stays readable. */
const credentials: readonly RegExp[] = [
  /\b(?<kept>bearer\s+)(?!tokens?\b|auth)[\w.~+/=-]{4,}/gi,
  // `basic` and `token` are plain words as well: `basic checks passed` and `token expired` have to stay readable.
  /\b(?<kept>(?:basic|token)\s+)(?=[\w.~+/-]*[\d=]|[\w.~+/-]{20})[\w.~+/=-]{4,}/gi,
  /(?<kept>\/\/)[^/@\s"'<>]+(?=@)/g,
  /\b(?<kept>(?:access[-_]?|api[-_]?)?(?:token|secret|password|key)["']?\s*[=:]\s*["']?)[^\s"',;&}]+/gi,
];

const credentialsIn = (text: string): readonly Span[] =>
  credentials.flatMap((form) =>
    [...text.matchAll(form)].map(({ index, 0: whole, groups }) => ({
      start: index + (groups?.['kept']?.length ?? 0),
      end: index + whole.length,
    })),
  );

/** The first `shown` characters of the text, each span as one mask, and spans that overlap as one. */
function maskSpans(text: string, spans: readonly Span[], shown: number): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start >= shown) break;
    if (start >= from) parts.push(text.slice(from, start), MASK);
    from = Math.max(from, end);
  }
  return parts.join('') + text.slice(from, Math.max(from, shown));
}

interface Secrets {
  readonly texts: ReadonlySet<string>;
  /** Characters. */
  readonly longest: number;
}

function secretsOf(url: string): Secrets {
  const { username, password, search, pathname } = partsOf(url);
  const found = new Set<string>();
  for (const part of [username, password]) addForms(found, part, '');
  if (username !== '' || password !== '') {
    found.add(Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64'));
  }
  for (const pair of search.slice(1).split('&')) {
    const equals = pair.indexOf('=');
    if (equals >= 0) addForms(found, pair.slice(equals + 1), pair.slice(0, equals + 1));
    else if (looksLikeToken(pair)) addForms(found, pair, '');
  }
  // guard: tokens-of-a-path-are-masked
  for (const segment of pathname.split('/')) if (looksLikeToken(segment)) addForms(found, segment, '');
  return { texts: found, longest: [...found].reduce((most, { length }) => Math.max(most, length), 0) };
}

/** A path is the secret of Slack, Teams and CI triggers; words such as `gate` and `post-rollout` are none. */
const looksLikeToken = (text: string): boolean => text.length >= 8 && /[\dA-Z]/.test(text);

/** Finds the parts of a URL that cannot be parsed as well, because its error is shown, too. */
function partsOf(url: string): Pick<URL, 'username' | 'password' | 'search' | 'pathname'> {
  const parsed = URL.parse(url);
  if (parsed !== null) return parsed;
  const [username = '', password = ''] = (/\/\/([^/@\s]*)@/.exec(url)?.[1] ?? '').split(':');
  return {
    username,
    password,
    search: /\?[^#]*/.exec(url)?.[0] ?? '',
    pathname: url.split(/[?#]/, 1)[0] ?? '',
  };
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

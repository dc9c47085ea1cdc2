import type { SessionAffinity } from '../../api/canary.ts';

/** Seconds; Flagger's default. */
const oneDay = 86_400;

/** `Set-Cookie` of a cookie `name=value`, with the attributes in Flagger's order. */
export function setCookie(cookie: string, affinity: SessionAffinity): string {
  return withAttributes(cookie, affinity.maxAge || oneDay, affinity);
}

/** `Set-Cookie` that removes a cookie: a browser needs the domain, path and partition that it was set with. */
export function takeBackCookie(cookie: string, affinity: SessionAffinity): string {
  return withAttributes(cookie, -1, affinity);
}

function withAttributes(cookie: string, maxAge: number, affinity: SessionAffinity): string {
  return [
    cookie,
    `Max-Age=${maxAge}`,
    ...(affinity.domain ? [`Domain=${affinity.domain}`] : []),
    ...(affinity.httpOnly === true ? ['HttpOnly'] : []),
    ...(affinity.partitioned === true ? ['Partitioned'] : []),
    ...(affinity.path ? [`Path=${affinity.path}`] : []),
    ...(affinity.sameSite ? [`SameSite=${affinity.sameSite}`] : []),
    ...(affinity.secure === true ? ['Secure'] : []),
  ].join('; ');
}

/**
 * A regular expression for a `Cookie` header that has exactly this cookie among others. Names may hold special
 * characters (`.`, `$`, `|`), and be the end of another name. It is anchored, because some gateways search.
 */
export function cookiePattern(cookie: string): string {
  return `^(.*; ?)?${cookie.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(;.*)?$`;
}

import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { User } from '../../people/who-am-i.ts';
import { createBoundedMap } from './bounded-map.ts';

/** Somebody who logged in. Kept in memory alone: a restart logs everybody out. */
export interface Session {
  readonly user: User;
  readonly csrf: string;
  /** Tells sessions apart in limits; no secret. */
  readonly id: string;
  /** The bearer token, which is asked about again; absent for OIDC. */
  readonly token?: string;
  /** Milliseconds: when the API server last accepted the token. */
  reviewedAt: number;
}

export interface Sessions {
  find(context: Context): Session | undefined;
  /** Begins a session under a new id; that of the cookie ends. */
  open(context: Context, login: Pick<Session, 'user' | 'token'>): void;
  close(context: Context): void;
}

const cookie = 'sluice-session';
const keptMs = 8 * 3_600_000;
const mostSessions = 1_000;

/** `__Host-`: the cookie is of this host alone, and no subdomain can set it. */
export const cookieOptions = {
  prefix: 'host',
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'Lax',
} as const;

export function createSessions(clock: Clock, newSecret: () => string): Sessions {
  const sessions = createBoundedMap<Session>(clock, { most: mostSessions, keptMs });
  const idOf = (context: Context): string => getCookie(context, cookie, 'host') ?? '';
  return {
    find: (context) => sessions.get(idOf(context)),
    open(context, login) {
      // guard: a-login-begins-a-new-session
      sessions.delete(idOf(context));
      const id = newSecret();
      const session = { ...login, csrf: newSecret(), id: newSecret(), reviewedAt: clock.now() };
      sessions.set(id, session);
      setCookie(context, cookie, id, { ...cookieOptions, maxAge: keptMs / 1000 });
    },
    close(context) {
      sessions.delete(idOf(context));
      deleteCookie(context, cookie, cookieOptions);
    },
  };
}

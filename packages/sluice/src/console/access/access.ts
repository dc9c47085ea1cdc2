import type { Hono } from 'hono';
import type { Html } from '../html.ts';
import type { ConsoleContext, ConsoleEnv } from '../console-env.ts';
import type { Viewer } from './viewer.ts';

/** How the users of a console are known. */
export interface Access {
  /** The viewer of a request; undefined when nobody is known. Rejects when the cluster could not be asked. */
  viewerOf(context: ConsoleContext): Promise<Viewer | undefined>;
  /** Answers a request of nobody: a way to log in, or why there is none. */
  answerUnknown(context: ConsoleContext): Response | Promise<Response>;
  /** Adds the paths of login and logout. */
  addPaths(app: Hono<ConsoleEnv>): void;
  /** Whether viewers can log out. */
  readonly hasLogout: boolean;
}

/** Shows a page to somebody who is not known. */
export type ShowOutside = (
  context: ConsoleContext,
  title: string,
  body: Html,
  status?: 200 | 400 | 401 | 403 | 429 | 502 | 503,
) => Response | Promise<Response>;

/** A path of this console to go to after the login; `/` for anything else. */
export function safePath(text: string | undefined): string {
  // guard: a-login-leads-nowhere-else
  if (text === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text) || text.includes('\\')) return '/';
  return text.startsWith('/login') || text.startsWith('/logout') ? '/' : text;
}

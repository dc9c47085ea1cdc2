import { tokenReviews } from '@sluice/kube/objects/resources.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { User } from '../../people/who-am-i.ts';
import type { ConsoleDeps } from '../console-deps.ts';
import type { ConsoleContext } from '../console-env.ts';
import { peerOf } from '../console-env.ts';
import { html, withQuery } from '../html.ts';
import { within } from '../within.ts';
import { safePath } from './access.ts';
import type { Access, ShowOutside } from './access.ts';
import { readForm } from './read-form.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Session, Sessions } from './sessions.ts';

export interface LoginDeps {
  readonly deps: ConsoleDeps;
  readonly sessions: Sessions;
  readonly show: ShowOutside;
  /** Logins by address. */
  readonly mayTry: RateLimit;
}

const reviewWithinMs = 10_000;
/** Time for which an accepted token is not asked about again. */
const reviewAgainMs = 60_000;
const longestToken = 16_384;

/** Users log in by a bearer token of the cluster, which the API server reviews at the login and each minute of use. */
export function createTokenAccess(login: LoginDeps): Access {
  const { deps, sessions } = login;
  return {
    async viewerOf(context) {
      const session = sessions.find(context);
      if (session === undefined) return undefined;
      // guard: a-token-that-is-revoked-ends-its-session
      if (!(await isStillGood(deps, session))) {
        sessions.close(context);
        return undefined;
      }
      return viewerOfSession(deps, session, 'token');
    },
    answerUnknown: (context) => context.redirect(withQuery('/login', { next: wantedPath(context) }), 303),
    addPaths(app) {
      app.get('/login', (context) => showForm(login, context, context.req.query('next')));
      app.post('/login', (context) => logIn(login, context));
    },
    hasLogout: true,
  };
}

/** Where somebody unknown wanted to go. */
export function wantedPath(context: ConsoleContext): string {
  const { pathname, search } = new URL(context.req.url);
  return safePath(`${pathname}${search}`);
}

export const viewerOfSession = (deps: ConsoleDeps, session: Session, knownBy: string) => ({
  id: session.id,
  user: session.user,
  knownBy,
  client: deps.cluster.clientAs(session.user),
  csrf: session.csrf,
});

async function isStillGood(deps: ConsoleDeps, session: Session): Promise<boolean> {
  const now = deps.clock.now();
  if (session.token === undefined || now - session.reviewedAt < reviewAgainMs) return true;
  const user = await reviewToken(deps, session.token);
  session.reviewedAt = now;
  return user?.name === session.user.name;
}

async function logIn(login: LoginDeps, context: ConsoleContext): Promise<Response> {
  const { deps, sessions, mayTry } = login;
  const address = peerOf(context);
  // guard: logins-are-limited
  if (!mayTry(address)) return showForm(login, context, undefined, 'Too many attempts. Wait a minute.', 429);
  const form = await readForm(context);
  const token = form('token').trim();
  const next = form('next');
  if (token === '' || token.length > longestToken)
    return showForm(login, context, next, 'Paste a bearer token of the cluster.', 400);
  let user: User | undefined;
  try {
    user = await reviewToken(deps, token);
  } catch (error) {
    deps.log.warn('login could not be checked', { address, error: describeError(error) });
    return showForm(login, context, next, 'The cluster could not be asked about the token. Try again.', 503);
  }
  if (user === undefined) {
    deps.log.info('login refused', { address });
    return showForm(login, context, next, 'The cluster does not know this token.', 401);
  }
  sessions.open(context, { user, token });
  deps.log.info('login', { user: user.name, address });
  return context.redirect(safePath(next), 303);
}

/** The user of a token; undefined when the API server does not know it. Rejects with `KubeError`. */
async function reviewToken({ cluster, clock }: ConsoleDeps, token: string): Promise<User | undefined> {
  const object = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: tokenReviews.kind,
    metadata: { name: '' },
    spec: { token },
  };
  const answer = await within(clock, reviewWithinMs, (signal) =>
    cluster.client.create(tokenReviews, object, signal),
  );
  const status = asRecord(answer['status']);
  const user = asRecord(status['user']);
  const name = asText(user['username']) ?? '';
  // guard: only-an-accepted-token-logs-in
  if (status['authenticated'] !== true || name === '') return undefined;
  // The API server adds the group of all users itself; asking for it would need the right to impersonate it.
  const groups = asList(user['groups']).flatMap((group) => asText(group) ?? []);
  return { name, groups: groups.filter((group) => group !== 'system:authenticated') };
}

function showForm(
  { show }: LoginDeps,
  context: ConsoleContext,
  next: string | undefined,
  problem?: string,
  status: 200 | 400 | 401 | 429 | 503 = 200,
): Response | Promise<Response> {
  const body = html`<h1>Sign in</h1>
    ${problem === undefined ? undefined : html`<p class="note failed" role="alert">${problem}</p>`}
    <form method="post" action="/login" class="stack">
      <input type="hidden" name="next" value="${safePath(next)}" />
      <label for="token">Bearer token of the cluster</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
      <p class="hint">
        Such as <code>kubectl create token NAME -n NAMESPACE</code> prints. It stays in the memory of this
        console until you sign out, at most 8 hours.
      </p>
      <button class="button primary">Sign in</button>
    </form>`;
  return show(context, 'Sign in', body, status);
}

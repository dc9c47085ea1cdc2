import type { Configuration } from 'openid-client';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { OidcOptions } from '../console-deps.ts';
import { peerOf } from '../console-env.ts';
import type { ConsoleContext } from '../console-env.ts';
import { html, withQuery } from '../html.ts';
import { safePath } from './access.ts';
import type { Access } from './access.ts';
import { createBoundedMap } from './bounded-map.ts';
import type { BoundedMap } from './bounded-map.ts';
import { fetchOver } from './fetch-over.ts';
import { cookieOptions } from './sessions.ts';
import { viewerOfSession, wantedPath } from './token-access.ts';
import type { LoginDeps } from './token-access.ts';
import { outsideUser } from './user-claims.ts';
import type { User } from '../../people/who-am-i.ts';

/** A login on its way through the provider. */
interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly next: string;
}

interface Oidc extends LoginDeps {
  readonly options: OidcOptions;
  readonly pending: BoundedMap<Pending>;
  /** Reads the provider's settings once; again after a failure. */
  readonly provider: () => Promise<Configuration>;
}

const cookie = 'sluice-login';
const loginWithinMs = 10 * 60_000;
const mostLogins = 1_000;
const answerWithinSeconds = 10;
const callback = '/login/callback';

/** Users log in at an OIDC provider: code flow with PKCE, state and nonce; the signature of the ID token is checked. */
export function createOidcAccess(login: LoginDeps, options: OidcOptions): Access {
  const { deps, sessions } = login;
  const oidc: Oidc = {
    ...login,
    options,
    pending: createBoundedMap<Pending>(deps.clock, { most: mostLogins, keptMs: loginWithinMs }),
    provider: createProvider(login, options),
  };
  return {
    viewerOf(context) {
      const session = sessions.find(context);
      return Promise.resolve(session === undefined ? undefined : viewerOfSession(deps, session, 'oidc'));
    },
    answerUnknown: (context) => context.redirect(withQuery('/login', { next: wantedPath(context) }), 303),
    addPaths(app) {
      // A page of its own, so that following a link begins no login at the provider.
      app.get('/login', (context) => showStart(oidc, context));
      app.post('/login', (context) => begin(oidc, context));
      app.get(callback, (context) => finish(oidc, context));
    },
    hasLogout: true,
  };
}

function createProvider({ deps }: LoginDeps, options: OidcOptions): () => Promise<Configuration> {
  let known: Promise<Configuration> | undefined;
  const discover = async (): Promise<Configuration> => {
    // Loaded here: a console without OIDC has no use for it.
    const { customFetch, discovery, enableNonRepudiationChecks } = await import('openid-client');
    return await discovery(
      new URL(options.issuer),
      options.clientId,
      options.clientSecret === '' ? undefined : options.clientSecret,
      undefined,
      {
        [customFetch]: fetchOver(deps.http),
        execute: [enableNonRepudiationChecks],
        timeout: answerWithinSeconds,
      },
    );
  };
  return () => {
    known ??= discover();
    known.catch(() => (known = undefined));
    return known;
  };
}

const showStart = ({ show, options }: Oidc, context: ConsoleContext): Response | Promise<Response> =>
  show(
    context,
    'Sign in',
    html`<h1>Sign in</h1>
      <form method="post" action="/login" class="stack">
        <input type="hidden" name="next" value="${safePath(context.req.query('next'))}" />
        <p>You sign in at <strong>${new URL(options.issuer).host}</strong>.</p>
        <button class="button primary" autofocus>Continue</button>
      </form>`,
  );

async function begin(oidc: Oidc, context: ConsoleContext): Promise<Response> {
  const { deps, options, pending, mayTry } = oidc;
  if (!mayTry(peerOf(context))) return refuse(oidc, context, 'Too many attempts. Wait a minute.', 429);
  const fields = new URLSearchParams(await context.req.text());
  try {
    const config = await oidc.provider();
    const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await import('openid-client');
    const login = {
      verifier: deps.newSecret(),
      state: deps.newSecret(),
      nonce: deps.newSecret(),
      next: safePath(fields.get('next') ?? undefined),
    };
    const id = deps.newSecret();
    pending.set(id, login);
    setCookie(context, cookie, id, { ...cookieOptions, maxAge: loginWithinMs / 1000 });
    const url = buildAuthorizationUrl(config, {
      redirect_uri: `${options.publicUrl}${callback}`,
      scope: options.scopes,
      code_challenge: await calculatePKCECodeChallenge(login.verifier),
      code_challenge_method: 'S256',
      state: login.state,
      nonce: login.nonce,
    });
    return leadTo(oidc, context, url);
  } catch (error) {
    deps.log.error('OIDC provider could not be asked', {
      issuer: options.issuer,
      error: describeError(error),
    });
    return refuse(oidc, context, 'The provider could not be asked. Try again.', 502);
  }
}

/** A page that leads on: the content security policy keeps the answer to a form from leading to another origin. */
function leadTo({ show }: Oidc, context: ConsoleContext, url: URL): Response | Promise<Response> {
  context.header('refresh', `0;url=${url.href}`);
  return show(
    context,
    'Sign in',
    html`<h1>Sign in</h1>
      <p><a class="button primary" href="${url.href}">Continue at ${url.host}</a></p>`,
  );
}

async function finish(oidc: Oidc, context: ConsoleContext): Promise<Response> {
  const { deps, sessions, pending } = oidc;
  const id = getCookie(context, cookie, 'host') ?? '';
  const login = pending.get(id);
  pending.delete(id);
  deleteCookie(context, cookie, cookieOptions);
  // guard: an-answer-of-the-provider-belongs-to-a-login
  if (login === undefined) return refuse(oidc, context, 'This sign-in is over. Begin again.', 400);
  let user: User | undefined;
  try {
    user = await userOfAnswer(oidc, context, login);
  } catch (error) {
    deps.log.warn('login refused', { address: peerOf(context), error: describeError(error) });
    return refuse(oidc, context, 'The provider did not confirm the sign-in. Begin again.', 401);
  }
  if (user === undefined)
    return refuse(oidc, context, 'The provider named no user that this cluster may know.', 403);
  sessions.open(context, { user });
  deps.log.info('login', { user: user.name, address: peerOf(context) });
  return context.redirect(login.next, 303);
}

async function userOfAnswer(
  { options, provider }: Oidc,
  context: ConsoleContext,
  { verifier, state, nonce }: Pending,
): Promise<User | undefined> {
  const { authorizationCodeGrant } = await import('openid-client');
  const url = new URL(`${options.publicUrl}${callback}`);
  url.search = new URL(context.req.url).search;
  const tokens = await authorizationCodeGrant(await provider(), url, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims() ?? {};
  const name = claims[options.usernameClaim as keyof typeof claims] as unknown;
  const groups = claims[options.groupsClaim as keyof typeof claims] as unknown;
  // As the API server does: an address that the provider did not verify is no name.
  if (options.usernameClaim === 'email' && claims['email_verified' as keyof typeof claims] === false)
    return undefined;
  return outsideUser(
    typeof name === 'string' && name !== '' ? `${options.usernamePrefix}${name}` : undefined,
    [groups].flat().map((group) => (typeof group === 'string' ? `${options.groupsPrefix}${group}` : group)),
  );
}

const refuse = (
  { show }: Oidc,
  context: ConsoleContext,
  why: string,
  status: 400 | 401 | 403 | 429 | 502,
): Response | Promise<Response> =>
  show(
    context,
    'Sign in',
    html`<h1>Sign in</h1>
      <p class="note failed" role="alert">${why}</p>
      <p><a class="button" href="/login">Begin again</a></p>`,
    status,
  );

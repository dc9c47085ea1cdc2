import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { isFromElsewhere, isSameSecret } from './access/guard-posts.ts';
import { createPermissions } from './access/permissions.ts';
import { createRateLimit } from './access/rate-limit.ts';
import { readForm } from './access/read-form.ts';
import { createSessions } from './access/sessions.ts';
import { addAssets } from './assets/serve-assets.ts';
import { chooseAccess } from './access/choose-access.ts';
import type { ConsoleDeps, ConsoleOptions } from './console-deps.ts';
import { peerOf } from './console-env.ts';
import type { ConsoleContext, ConsoleEnv } from './console-env.ts';
import type { ConsoleParts } from './console-parts.ts';
import { createRolloutBook } from './live/rollout-book.ts';
import { addApi } from './routes/api-routes.ts';
import { addDeliveryPages } from './routes/delivery-routes.ts';
import { addGatePages } from './routes/gate-routes.ts';
import { addRolloutPages } from './routes/rollout-routes.ts';
import { addRunPages } from './routes/run-routes.ts';
import { addSettingPages } from './routes/setting-routes.ts';
import { messagePage } from './pages/message-page.ts';
import { createClusterReads } from './reads/cluster-reads.ts';
import { createShow } from './show-page.ts';
import { securityHeaders } from './security-headers.ts';
import type { User } from '../people/who-am-i.ts';

export interface ConsoleApp {
  /** Answers without a socket. */
  readonly app: Hono<ConsoleEnv>;
  /** Ends the streams and lets the Canaries go. */
  close(): void;
}

const largestForm = 64 * 1024;
const postsAMinute = 60;
const loginsAMinute = 10;

/** The console. `user` is that of the kubeconfig, for `access.mode` `kubeconfig`. */
export function createConsoleApp(deps: ConsoleDeps, options: ConsoleOptions, user: User): ConsoleApp {
  const app = new Hono<ConsoleEnv>();
  const closing = new AbortController();
  const { clock } = deps;
  const book = createRolloutBook(deps.cluster.canaries, clock, (canary, now) => deps.describe(canary, now));
  const sessions = createSessions(clock, deps.newSecret);
  const permissions = createPermissions(clock);
  const show = createShow({ deps, book, permissions, hasLogout: options.access.mode !== 'kubeconfig' });
  const mayTry = createRateLimit(clock, loginsAMinute);
  const access = chooseAccess({ deps, sessions, mayTry, show: show.outside }, options.access, user);
  const reads = createClusterReads(clock);
  const parts: ConsoleParts = { deps, options, book, sessions, permissions, access, reads, show };

  app.use(securityHeaders);
  app.use(compress());
  app.use(
    bodyLimit({ maxSize: largestForm, onError: (context) => context.text('The form is too large.', 413) }),
  );
  addAssets(app);
  app.use(refuseElsewhere);
  access.addPaths(app);
  addGuards(app, parts);
  addRolloutPages(app, parts);
  addRunPages(app, parts);
  addGatePages(app, parts);
  addDeliveryPages(app, parts);
  addSettingPages(app, parts);
  addApi(app, parts, closing.signal);
  app.notFound((context) =>
    show.page(context, messagePage('Page not found', 'There is no page at this address.'), 404),
  );
  app.onError((error, context) => answerError(error, context, parts));
  return {
    app,
    close() {
      closing.abort();
      book.stop();
    },
  };
}

async function refuseElsewhere(
  context: ConsoleContext,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  // guard: forms-of-other-origins-decide-nothing
  if (context.req.method === 'POST' && isFromElsewhere(context))
    return context.text('A page of another origin sent this form. Nothing was changed.', 403);
  await next();
  return undefined;
}

/** Behind this, the viewer is known, and each POST is its own. */
function addGuards(app: Hono<ConsoleEnv>, { access, deps, show }: ConsoleParts): void {
  const mayPost = createRateLimit(deps.clock, postsAMinute);
  app.use(async (context, next) => {
    const viewer = await access.viewerOf(context);
    // guard: nothing-is-shown-to-strangers
    if (viewer === undefined) {
      if (context.req.path.startsWith('/api/')) return context.text('Sign in first.', 401);
      return access.answerUnknown(context);
    }
    context.set('viewer', viewer);
    const { method } = context.req;
    if (method === 'GET' || method === 'HEAD') return next();
    if (method !== 'POST') return context.text('This console takes GET and POST.', 405);
    // guard: forms-are-limited
    if (!mayPost(`${viewer.id} ${peerOf(context)}`))
      return show.page(context, messagePage('Too many forms', 'Wait a minute and try again.'), 429);
    const form = await readForm(context);
    // guard: a-form-carries-the-secret-of-its-viewer
    if (!isSameSecret(form('csrf'), viewer.csrf))
      return show.page(
        context,
        messagePage('This form is too old', 'Nothing was changed. Open the page again and repeat it.'),
        403,
      );
    return next();
  });
}

function answerError(
  error: Error,
  context: ConsoleContext,
  { deps, show }: ConsoleParts,
): Response | Promise<Response> {
  const why = describeError(error, 300);
  deps.log.error('page failed', { path: context.req.path.slice(0, 200), error: why });
  const page = messagePage('The cluster did not answer', `${why}. Nothing more is known; try again.`);
  const isInside = (context.get('viewer') as unknown) !== undefined;
  return isInside ? show.page(context, page, 503) : show.outside(context, page.title, page.body, 503);
}

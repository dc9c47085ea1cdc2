import { getCookie } from 'hono/cookie';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Permissions } from './access/permissions.ts';
import type { ShowOutside } from './access/access.ts';
import { assetPaths } from './assets/serve-assets.ts';
import type { ConsoleDeps } from './console-deps.ts';
import type { ConsoleContext } from './console-env.ts';
import type { Rollout, RolloutBook } from './live/rollout-book.ts';
import { approvalsOf, isWaiting } from './pages/gates-page.ts';
import { layout } from './pages/layout.ts';
import type { PageBody, Theme } from './pages/layout.ts';

export interface Show {
  page(context: ConsoleContext, body: PageBody, status?: ContentfulStatusCode): Promise<Response>;
  /** A page for somebody who is not known. */
  readonly outside: ShowOutside;
  /** The rollouts that the viewer may see, and whether there are others. */
  visible(
    context: ConsoleContext,
  ): Promise<{ readonly rollouts: readonly Rollout[]; readonly hasHidden: boolean }>;
}

export interface ShowDeps {
  readonly deps: ConsoleDeps;
  readonly book: RolloutBook;
  readonly permissions: Permissions;
  readonly hasLogout: boolean;
}

export const themeCookie = 'sluice-theme';

export const themeOf = (context: ConsoleContext): Theme => {
  const value = getCookie(context, themeCookie);
  return value === 'light' || value === 'dark' ? value : 'auto';
};

export function createShow({ deps, book, permissions, hasLogout }: ShowDeps): Show {
  const visible = (context: ConsoleContext): ReturnType<Show['visible']> =>
    visibleTo(book, permissions, context);
  return {
    async page(context, body, status = 200) {
      const viewer = context.get('viewer');
      // Before the rollouts are read: a change that comes meanwhile is sent again.
      const lastEvent = book.events.lastId;
      const { rollouts } = await visible(context);
      const inside = {
        user: viewer.user.name,
        csrf: viewer.csrf,
        path: pathIn(context),
        waiting: approvalsOf(rollouts).filter(isWaiting).length,
        lastEvent,
        health: book.health(),
        hasLogout,
      };
      const now = deps.clock.now();
      // The answer to a form cannot be read again: it stays as it is.
      const shown = context.req.method === 'POST' ? { ...body, follows: '' } : body;
      return context.html(
        layout(shown, { theme: themeOf(context), assets: assetPaths, now, inside }),
        status,
      );
    },
    outside: (context, title, body, status = 200) =>
      context.html(
        layout(
          { title, current: '', body },
          { theme: themeOf(context), assets: assetPaths, now: deps.clock.now() },
        ),
        status,
      ),
    visible,
  };
}

/** Of a POST: the page that its form stands on is not this one. */
const pathIn = (context: ConsoleContext): string => {
  const { pathname, search } = new URL(context.req.url);
  return context.req.method === 'POST' ? '/' : `${pathname}${search}`;
};

async function visibleTo(
  book: RolloutBook,
  permissions: Permissions,
  context: ConsoleContext,
): ReturnType<Show['visible']> {
  const viewer = context.get('viewer');
  const all = book.all();
  if (await permissions.mayList(viewer)) return { rollouts: all, hasHidden: false };
  const namespaces = [...new Set(all.map(({ view }) => view.metadata.namespace))];
  const allowed = new Set<string>();
  for (const namespace of namespaces)
    if (/* guard: pages-show-what-their-reader-may-list */ await permissions.mayList(viewer, namespace))
      allowed.add(namespace);
  const rollouts = all.filter(({ view }) => allowed.has(view.metadata.namespace));
  return { rollouts, hasHidden: rollouts.length < all.length };
}

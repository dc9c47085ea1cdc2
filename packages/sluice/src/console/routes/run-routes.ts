import type { Hono } from 'hono';
import type { ConsoleEnv } from '../console-env.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { rolloutPath } from '../pages/parts.ts';
import { bareRevision } from '../pages/words.ts';
import { runPage, unknownRunPage } from '../pages/run-page.ts';
import { unknownRollout } from './answer-outcome.ts';
import { findRollout } from './find-rollout.ts';

/** Permalinks of runs: a link in a chat or a ticket leads to its run also after the next one has begun. */
export function addRunPages(app: Hono<ConsoleEnv>, parts: ConsoleParts): void {
  const { show, deps } = parts;
  app.get('/rollouts/:namespace/:name/runs/:revision', async (context) => {
    const rollout = await findRollout(parts, context);
    if (rollout === undefined) return unknownRollout(parts, context);
    const { view } = rollout;
    const revision = bareRevision(context.req.param('revision'));
    const runs = view.history.filter((run) => bareRevision(run.revision) === revision).toReversed();
    if (runs.length > 0) return show.page(context, runPage(rollout, runs, deps.clock.now()));
    if (view.run !== null && bareRevision(view.revision) === revision)
      return context.redirect(rolloutPath(view), 302);
    return show.page(context, unknownRunPage(rollout), 404);
  });
}

import type { Hono } from 'hono';
import type { ConsoleEnv } from '../console-env.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { filterRollouts, readFilter } from '../pages/filter-rollouts.ts';
import { createEventStream } from '../stream/event-stream.ts';
import { findRollout } from './find-rollout.ts';

/** The rollouts as JSON, as `sluice get -o json` prints them, and the stream of their changes. */
export function addApi(app: Hono<ConsoleEnv>, parts: ConsoleParts, closing: AbortSignal): void {
  const { show, book, permissions, deps, access } = parts;
  app.get('/api/v1/rollouts', async (context) => {
    const { rollouts } = await show.visible(context);
    const items = filterRollouts(rollouts, readFilter(context.req.query())).map(({ view }) => view);
    return context.json({ apiVersion: 'cli.sluice.dev/v1', kind: 'RolloutList', items });
  });
  app.get('/api/v1/rollouts/:namespace/:name', async (context) => {
    const rollout = await findRollout(parts, context);
    return rollout === undefined
      ? context.json({ error: 'there is no such rollout, or you may not see it' }, 404)
      : context.json(rollout.view);
  });
  const stream = createEventStream({
    events: book.events,
    health: () => book.health(),
    permissions,
    clock: deps.clock,
    closing,
    isKnown: async (context) => (await access.viewerOf(context)) !== undefined,
  });
  app.get('/api/v1/stream', (context) => stream(context));
}

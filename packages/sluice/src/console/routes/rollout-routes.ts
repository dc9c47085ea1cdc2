import type { Hono } from 'hono';
import { readForm } from '../access/read-form.ts';
import type { Form } from '../access/read-form.ts';
import type { ConsoleContext, ConsoleEnv } from '../console-env.ts';
import { peerOf } from '../console-env.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { decide } from '../decide/decide.ts';
import { offeredActions } from '../decide/offered-actions.ts';
import { isVerb } from '../../rules/people/decision-request.ts';
import type { Rollout } from '../live/rollout-book.ts';
import { actionPage } from '../pages/action-page.ts';
import { readFilter } from '../pages/filter-rollouts.ts';
import { rolloutPath } from '../pages/parts.ts';
import { diffPart, eventsPart } from '../pages/read-parts.ts';
import { resultNote, resultOf } from '../pages/result-note.ts';
import { rolloutPage } from '../pages/rollout-page.ts';
import { rolloutsPage } from '../pages/rollouts-page.ts';
import { answerOutcome, unknownRollout } from './answer-outcome.ts';
import { findRollout } from './find-rollout.ts';

export function addRolloutPages(app: Hono<ConsoleEnv>, parts: ConsoleParts): void {
  app.get('/', (context) => context.redirect('/rollouts', 302));
  app.get('/rollouts', async (context) => {
    const visible = await parts.show.visible(context);
    const filter = readFilter(context.req.query());
    return parts.show.page(context, rolloutsPage({ ...visible, filter, now: parts.deps.clock.now() }));
  });
  app.get('/rollouts/:namespace/:name', async (context) => {
    const rollout = await findRollout(parts, context);
    return rollout === undefined ? unknownRollout(parts, context) : showRollout(parts, context, rollout);
  });
  app.get('/rollouts/:namespace/:name/actions/:verb', async (context) => {
    const rollout = await findRollout(parts, context);
    if (rollout === undefined) return unknownRollout(parts, context);
    return showAction(parts, context, rollout, context.req.param('verb'));
  });
  app.post('/rollouts/:namespace/:name/actions', async (context) => {
    const rollout = await findRollout(parts, context);
    return rollout === undefined ? unknownRollout(parts, context) : act(parts, context, rollout);
  });
}

async function showRollout(
  parts: ConsoleParts,
  context: ConsoleContext,
  rollout: Rollout,
  status: 200 | 409 = 200,
  problem?: string,
): Promise<Response> {
  const { deps, reads, permissions, book } = parts;
  const viewer = context.get('viewer');
  const now = deps.clock.now();
  const [events, diff, actions] = await Promise.all([
    reads.events(viewer, rollout),
    reads.diff(viewer, rollout),
    offeredActions(permissions, viewer, rollout),
  ]);
  const page = rolloutPage({
    rollout,
    samples: book.historyOf(rollout),
    actions,
    events: eventsPart(events, now),
    diff: diffPart(diff),
    result:
      problem === undefined
        ? resultOf(context.req.query('result'), rollout.view)
        : resultNote('failed', problem),
    now,
  });
  return parts.show.page(context, page, status);
}

async function showAction(
  parts: ConsoleParts,
  context: ConsoleContext,
  rollout: Rollout,
  verb: string,
  typed?: { readonly reason: string; readonly problem: string },
): Promise<Response> {
  const viewer = context.get('viewer');
  const actions = await offeredActions(parts.permissions, viewer, rollout);
  const action = actions.find((one) => one.verb === verb && one.for.startsWith('g-') === false);
  if (action === undefined)
    return showRollout(
      parts,
      context,
      rollout,
      409,
      `${verb} is not possible now: the rollout waits for ${rollout.view.waitsFor.message}`,
    );
  const page = actionPage({
    rollout,
    action,
    cluster: parts.deps.cluster.name,
    viewer: { name: viewer.user.name, csrf: viewer.csrf },
    typed,
  });
  return parts.show.page(context, page, typed === undefined ? 200 : 400);
}

async function act(parts: ConsoleParts, context: ConsoleContext, rollout: Rollout): Promise<Response> {
  const form = await readForm(context);
  const verb = form('verb');
  // Approvals have their own form, which shows what is asked.
  if (!isVerb(verb) || verb === 'approve' || verb === 'reject')
    return context.text('This is no action of a rollout.', 400);
  const { deps, book } = parts;
  const reason = form('reason').trim();
  const until = pauseEnd(form, deps.clock.now());
  const wanted = {
    verb,
    for: form('for'),
    revision: form('revision'),
    reason,
    ...(until === undefined ? {} : { until }),
  };
  const viewer = context.get('viewer');
  const outcome = await decide(
    { book, clock: deps.clock, log: deps.log },
    viewer,
    rollout,
    wanted,
    peerOf(context),
  );
  if (outcome.kind === 'incomplete')
    return showAction(parts, context, rollout, verb, { reason, problem: outcome.why });
  if (outcome.kind === 'conflict') {
    const newer = (await findRollout(parts, context)) ?? rollout;
    return showRollout(parts, context, newer, 409, outcome.why);
  }
  return answerOutcome(parts, context, outcome, rolloutPath(rollout.view), verb);
}

function pauseEnd(form: Form, now: number): string | undefined {
  const minutes = Number(form('minutes'));
  if (form('verb') !== 'pause' || !Number.isSafeInteger(minutes) || minutes <= 0 || minutes > 43_200)
    return undefined;
  return new Date(now + minutes * 60_000).toISOString();
}

import type { Hono } from 'hono';
import type { ApprovalView } from '../../view/rollout-view.ts';
import { readForm } from '../access/read-form.ts';
import type { ConsoleContext, ConsoleEnv } from '../console-env.ts';
import { peerOf } from '../console-env.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { decide } from '../decide/decide.ts';
import { approvalRefusal, offeredActions } from '../decide/offered-actions.ts';
import { pathOf } from '../html.ts';
import type { Rollout } from '../live/rollout-book.ts';
import { gatePage, pastGatePage, unknownGatePage } from '../pages/gate-page.ts';
import { approvalsOf, gatesPage } from '../pages/gates-page.ts';
import { diffPart } from '../pages/read-parts.ts';
import { resultNote, resultOf } from '../pages/result-note.ts';
import { answerOutcome } from './answer-outcome.ts';
import { ifVisible } from './find-rollout.ts';

export function addGatePages(app: Hono<ConsoleEnv>, parts: ConsoleParts): void {
  const { show, deps } = parts;
  app.get('/gates', async (context) => {
    const { rollouts } = await show.visible(context);
    const viewer = context.get('viewer');
    const page = gatesPage({
      approvals: approvalsOf(rollouts),
      state: context.req.query('state') === 'decided' ? 'decided' : 'waiting',
      onlyMine: context.req.query('mine') === '1',
      isMine: ({ rollout, approval }) => approvalRefusal(rollout, approval, viewer) === undefined,
      now: deps.clock.now(),
    });
    return show.page(context, page);
  });
  app.get('/gates/:id', async (context) => {
    const found = await findGate(parts, context);
    if (found !== undefined) return showGate(parts, context, found.rollout, found.approval);
    return (await showPast(parts, context)) ?? show.page(context, unknownGatePage, 404);
  });
  app.post('/gates/:id/decision', async (context) => {
    const found = await findGate(parts, context);
    if (found !== undefined) return answer(parts, context, found);
    return (await showPast(parts, context, 409)) ?? show.page(context, unknownGatePage, 404);
  });
}

interface Gate {
  readonly rollout: Rollout;
  readonly approval: ApprovalView;
}

async function findGate(
  { book, permissions }: ConsoleParts,
  context: ConsoleContext,
): Promise<Gate | undefined> {
  const found = book.findApproval(context.req.param('id') ?? '');
  const rollout = await ifVisible(permissions, context, found?.rollout);
  return rollout === undefined || found === undefined ? undefined : found;
}

/** The decision of an approval whose run is over. */
async function showPast(
  { show, deps }: ConsoleParts,
  context: ConsoleContext,
  status: 200 | 409 = 200,
): Promise<Response | undefined> {
  const id = context.req.param('id');
  const { rollouts } = await show.visible(context);
  for (const rollout of rollouts) {
    const decision = rollout.view.decisions.findLast((one) => one.for === id && one.result === 'done');
    if (decision !== undefined)
      return show.page(context, pastGatePage(rollout, decision, deps.clock.now()), status);
  }
  return undefined;
}

interface Shown {
  readonly status?: 200 | 400 | 409;
  readonly problem?: string;
  readonly typed?: { readonly reason: string; readonly problem: string };
}

async function showGate(
  parts: ConsoleParts,
  context: ConsoleContext,
  rollout: Rollout,
  approval: ApprovalView,
  { status = 200, problem, typed }: Shown = {},
): Promise<Response> {
  const { deps, permissions, reads, show } = parts;
  const viewer = context.get('viewer');
  const actions = (await offeredActions(permissions, viewer, rollout)).filter(
    (one) => one.for === approval.id,
  );
  const missing = actions.find((one) => one.verb === 'approve')?.missing;
  const page = gatePage({
    rollout,
    approval,
    cluster: deps.cluster.name,
    viewer: { name: viewer.user.name, csrf: viewer.csrf, isVerified: true },
    refusal: missing === undefined ? approvalRefusal(rollout, approval, viewer) : `it needs ${missing}`,
    mayReject: approval.type !== 'rollback',
    diff: diffPart(await reads.diff(viewer, rollout)),
    result:
      problem === undefined
        ? resultOf(context.req.query('result'), rollout.view)
        : resultNote('failed', problem),
    typed,
    now: deps.clock.now(),
  });
  return show.page(context, page, status);
}

async function answer(
  parts: ConsoleParts,
  context: ConsoleContext,
  { rollout, approval }: Gate,
): Promise<Response> {
  const form = await readForm(context);
  const verdict = form('verdict');
  if (verdict !== 'approve' && verdict !== 'reject') return context.text('Approve or reject.', 400);
  const { deps, book, permissions } = parts;
  const reason = form('reason').trim();
  const viewer = context.get('viewer');
  const outcome = await decide(
    { book, clock: deps.clock, log: deps.log },
    viewer,
    {
      ...rollout,
      view: book.find(rollout.view.metadata.namespace, rollout.view.metadata.name)?.view ?? rollout.view,
    },
    { verb: verdict, for: approval.id, revision: form('revision'), reason },
    peerOf(context),
  );
  if (outcome.kind === 'incomplete')
    return showGate(parts, context, rollout, approval, {
      status: 400,
      typed: { reason, problem: outcome.why },
    });
  if (outcome.kind !== 'conflict')
    return answerOutcome(parts, context, outcome, pathOf('gates', approval.id), verdict);
  const newer = book.findApproval(approval.id) ?? { rollout, approval };
  const visible = await ifVisible(permissions, context, newer.rollout);
  const shown: Shown = {
    status: 409,
    ...(newer.approval.state === 'waiting'
      ? { typed: { reason, problem: `Not recorded: ${outcome.why}.` } }
      : { problem: `Not recorded: this approval is ${newer.approval.state} already.` }),
  };
  return showGate(parts, context, visible ?? rollout, newer.approval, shown);
}

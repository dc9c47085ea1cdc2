import type { Abort } from '../../api/canary-status.ts';
import { readAbortRequest } from '../../rules/abort-request.ts';
import type { AbortRequest } from '../../rules/abort-request.ts';
import { isResting } from '../../rules/phases.ts';
import { toTime } from '../../rules/timing.ts';
import { cleanText } from '../../webhooks/answer-text.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { announce } from '../draft.ts';
import { primaryReadiness } from '../readiness.ts';
import { keepCanary } from '../run/keep-canary.ts';
import { failRun } from '../run/run-ends.ts';
import { wayBack } from '../run/way-back.ts';

/**
 * Somebody wrote the annotation `sluice.dev/abort`: the run that is on ends now, whatever it waits for, also when
 * it is suspended. Each value is dealt with once and remembered in status until it is taken away, so what an old
 * one did not stop it will not stop later.
 */
export const obeyAbort: Step = {
  name: 'obey-abort',
  run(context) {
    const { draft, world } = context;
    const request = readAbortRequest(world.canary.metadata.annotations);
    if (request === undefined) {
      const { abort: _, ...rest } = draft.status;
      // guard: abort-is-forgotten-with-its-annotation
      draft.status = rest;
      return 'continue';
    }
    return draft.status.abort?.request === request.request
      ? // guard: abort-is-obeyed-once
        'continue'
      : obey(context, request);
  },
};

function obey(context: PassContext, request: AbortRequest): StepResult {
  const { run } = context.draft.status;
  const way = isAboutToBegin(context)
    ? // guard: abort-ends-a-run-whose-first-gate-is-open
      'rollback'
    : wayBack(context);
  if (way === undefined || run === undefined)
    return refuse(context, request, 'nothing-to-abort', 'NothingToAbort', 'no run is on');
  // guard: abort-names-its-run
  if (request.run !== undefined && request.run !== run.id)
    return refuse(context, request, 'stale', 'NothingToAbort', 'the run it was meant for is over');
  // guard: abort-comes-too-late-for-what-serves
  if (way === 'none') {
    const before = (run.oldImages ?? []).join(', ');
    const cure = `to go back, put ${context.world.names.target} back to ${before}`;
    return refuse(
      context,
      request,
      'too-late',
      'AbortTooLate',
      `the primary serves the new revision: ${cure}`,
    );
  }
  const reason = cleanText(Buffer.from(request.reason));
  // An annotation names no author; the audit log of the API server does.
  const why = `aborted by the annotation sluice.dev/abort: ${reason === '' ? 'no reason given' : reason}`;
  const result = end(context, way, why);
  note(context, request, way === 'hold' ? 'held' : 'rolled-back', why);
  return result;
}

/** Its first gate was asked and has not answered yet: the canary still rests, but a run is on. */
function isAboutToBegin({ draft, world }: PassContext): boolean {
  const { phase, run, lastAppliedSpec, lastPromotedSpec } = draft.status;
  const isNew = run?.revision !== lastAppliedSpec && run?.revision !== lastPromotedSpec;
  return isResting(phase) && run !== undefined && isNew && run.revision === world.revision;
}

function end(context: PassContext, way: 'rollback' | 'hold', why: string): StepResult {
  if (way === 'rollback') return failRun(context, 'Aborted', why);
  const { message } = primaryReadiness(context);
  const { primary } = context.world.names;
  return keepCanary(
    context,
    'Aborted',
    `${why}; ${primary} was updated already and is not ready: ${message}`,
  );
}

function refuse(
  context: PassContext,
  request: AbortRequest,
  result: string,
  reason: string,
  why: string,
): StepResult {
  const message = `${context.world.canary.metadata.name} is not aborted: ${why}`;
  announce(context, 'Warning', reason, message);
  note(context, request, result, message);
  return 'continue';
}

function note(context: PassContext, { request }: AbortRequest, result: string, message: string): void {
  const { draft, world } = context;
  const { run } = draft.status;
  const abort: Abort = {
    request,
    ...(run === undefined ? {} : { run: run.id }),
    result,
    message: message.slice(0, 1024),
    at: toTime(world.now),
  };
  draft.status = { ...draft.status, abort };
}

import type { Abort } from '../../../api/canary-status.ts';
import { readAbortRequest } from '../../../rules/run/abort-request.ts';
import type { AbortRequest } from '../../../rules/run/abort-request.ts';
import { isResting } from '../../../rules/run/phases.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { cleanText } from '../../../webhooks/answer-text.ts';
import { announce } from '../../draft.ts';
import { primaryReadiness } from '../../look/readiness.ts';
import { decided } from '../decision.ts';
import type { Decided, Decision, Moment, Outcome } from '../decision.ts';
import { keepCanary } from '../run/keep-canary.ts';
import { failRun } from '../run/run-ends.ts';
import { undo } from '../run/undo.ts';
import { wayBack } from '../run/way-back.ts';

/**
 * Somebody wrote the annotation `sluice.dev/abort`: the current run ends now, whatever it waits for, also when
 * it is suspended. Each value is dealt with once and remembered in status until it is taken away, so what an old
 * one did not stop it will not stop later.
 */
export const obeyAbort: Decision = {
  name: 'obey-abort',
  run(moment) {
    const { draft, seen } = moment;
    const request = readAbortRequest(seen.canary.metadata.annotations);
    if (request === undefined) {
      const { abort: _, ...rest } = draft.status;
      // guard: abort-is-forgotten-with-its-annotation
      draft.status = rest;
      return 'next';
    }
    return draft.status.abort?.request === request.request
      ? // guard: abort-is-obeyed-once
        'next'
      : obey(moment, request);
  },
};

function obey(moment: Moment, request: AbortRequest): Outcome {
  const { seen, draft } = moment;
  const { run } = draft.status;
  const way = isAboutToBegin(moment)
    ? // guard: abort-ends-a-run-whose-first-gate-is-open
      'rollback'
    : wayBack(seen, draft.status);
  if (way === undefined || run === undefined)
    return refuse(
      moment,
      request,
      'nothing-to-abort',
      'NothingToAbort',
      `no run is on${howToGoBack(moment)}`,
    );
  // guard: abort-names-its-run
  if (request.run !== undefined && request.run !== run.id)
    return refuse(moment, request, 'stale', 'NothingToAbort', 'the run it was meant for is over');
  // guard: abort-comes-too-late-for-what-serves
  if (way === 'none') {
    const why = whatServes(moment, describeImages(run.newImages));
    return refuse(moment, request, 'too-late', 'AbortTooLate', `${why}${howToGoBack(moment)}`);
  }
  if (way === 'undoing') {
    note(moment, request, 'rolled-back', run.cause ?? 'it is on its way back already');
    return decided;
  }
  const reason = cleanText(Buffer.from(request.reason));
  // An annotation names no author; the audit log of the API server does.
  const why = `aborted by the annotation sluice.dev/abort: ${reason === '' ? 'no reason given' : reason}`;
  const outcome = end(moment, way, why);
  const held = `${why}; ${seen.names.target} keeps the traffic, with ${describeImages(run.newImages)}${howToGoBack(moment)}`;
  note(moment, request, way === 'hold' ? 'held' : 'rolled-back', way === 'hold' ? held : why);
  return outcome;
}

/** The run waits for the first answer of `confirm-rollout`: the phase is still that of rest. */
function isAboutToBegin({ draft, seen }: Moment): boolean {
  const { phase, run, lastAppliedSpec, lastPromotedSpec } = draft.status;
  const isNew = run?.revision !== lastAppliedSpec && run?.revision !== lastPromotedSpec;
  return isResting(phase) && run !== undefined && isNew && run.revision === seen.revision;
}

function end(moment: Moment, way: 'rollback' | 'undo' | 'hold', why: string): Decided {
  if (way === 'rollback') return failRun(moment, 'Aborted', why);
  // guard: an-abort-after-the-copy-undoes-it
  if (way === 'undo') return undo(moment, 'Aborted', why);
  const { message } = primaryReadiness(moment.seen);
  const { primary } = moment.seen.names;
  return keepCanary(moment, 'Aborted', `${why}; ${primary} was updated already and is not ready: ${message}`);
}

function whatServes({ seen }: Moment, images: string): string {
  const { ready, message } = primaryReadiness(seen);
  if (ready) return `the primary serves the new revision, ${images}, with all traffic`;
  return `the new revision, ${images}, is promoted already, and ${message}`;
}

const describeImages = (images: readonly string[] = []): string =>
  images.length === 0 ? 'whatever its images are' : images.join(', ');

/** The command that goes back to the previous version, when its images are known. */
function howToGoBack({ draft, seen }: Moment): string {
  const { run, phase } = draft.status;
  const isPromoted = phase === 'Succeeded' || phase === 'Promoting' || phase === 'Finalising';
  if (!isPromoted || run?.oldImages === undefined || run.oldImages.length === 0) return '';
  const { kind } = seen.workload;
  const command = `kubectl -n ${seen.namespace} set image ${kind.toLowerCase()}/${seen.names.target} ${run.oldImages.join(' ')}`;
  return `; to go back, put ${seen.names.target} back to ${run.oldImages.join(', ')}: ${command}`;
}

function refuse(moment: Moment, request: AbortRequest, result: string, reason: string, why: string): Outcome {
  const message = `${moment.seen.canary.metadata.name} is not aborted: ${why}`;
  announce(moment, 'Warning', reason, message);
  note(moment, request, result, message);
  return 'next';
}

function note({ draft, seen }: Moment, { request }: AbortRequest, result: string, message: string): void {
  const { run } = draft.status;
  const abort: Abort = {
    request,
    ...(run === undefined ? {} : { run: run.id }),
    result,
    message: message.slice(0, 1024),
    at: toTime(seen.now),
  };
  draft.status = { ...draft.status, abort };
}

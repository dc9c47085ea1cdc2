import type { Abort } from '../../../api/canary-status.ts';
import { readAbortRequest } from '../../../rules/run/abort-request.ts';
import type { AbortRequest } from '../../../rules/run/abort-request.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { cleanText } from '../../../webhooks/answer-text.ts';
import { announce } from '../../draft.ts';
import type { Decision, Moment, Outcome } from '../decision.ts';
import { abortRun } from '../run/abort-run.ts';

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
  const reason = cleanText(Buffer.from(request.reason));
  // An annotation names no author; the audit log of the API server does.
  const why = `aborted by the annotation sluice.dev/abort: ${reason === '' ? 'no reason given' : reason}`;
  const { run: meant } = request;
  const end = abortRun(moment, (id) => meant !== undefined && meant !== id, why);
  if (end.reason !== undefined) announce(moment, 'Warning', end.reason, end.message);
  note(moment, request, end.result, end.message);
  return end.ended ?? 'next';
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

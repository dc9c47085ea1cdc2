import { isAnalysing, isResting } from '../../../rules/run/phases.ts';
import { shortRevision } from '../../../rules/run/revision.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { isNewRevision } from '../../look/revision.ts';
import { decided } from '../decision.ts';
import type { Moment } from '../decision.ts';
import { abortRun } from '../run/abort-run.ts';
import { becauseOf, isAboutOther, nameOf, recordOf, refused } from './people-decision.ts';
import type { Answer, Asked } from './people-decision.ts';

/** Holds the rollout: no run starts and no step is taken, but it is judged and rolled back as ever. */
export function pauseRollout({ draft, seen }: Moment, asked: Asked): Answer {
  const { until } = asked;
  const untilMs = until === undefined ? undefined : Date.parse(until);
  if (untilMs !== undefined && Number.isNaN(untilMs))
    return refused(`"${until}" is no time: write sluice.dev/decision-until as 2026-01-31T14:00:00Z`);
  if (untilMs !== undefined && untilMs <= seen.now) return refused(`${until} is over already`);
  const other = isAboutOther(asked, draft.status.run?.id);
  if (other !== undefined) return refused(other);
  const at = toTime(seen.now);
  draft.status = {
    ...draft.status,
    paused: { ...recordOf(asked, at), ...(untilMs === undefined ? {} : { until: toTime(untilMs) }) },
  };
  const end = untilMs === undefined ? '' : ` until ${toTime(untilMs)}`;
  return { result: 'done', message: `${nameOf(asked)} paused the rollout${end}${becauseOf(asked)}` };
}

export function resumeRollout({ draft }: Moment, asked: Asked): Answer {
  const { paused, ...rest } = draft.status;
  if (paused === undefined) return refused('the rollout is not paused');
  draft.status = rest;
  return { result: 'done', message: `${nameOf(asked)} resumed the rollout${becauseOf(asked)}` };
}

export function abortByPerson(moment: Moment, asked: Asked): Answer {
  const why = `aborted by ${nameOf(asked)}${becauseOf(asked)}`;
  const end = abortRun(moment, (id) => isAboutOther(asked, id) !== undefined, why);
  if (end.ended === undefined) return refused(end.message);
  return { result: 'done', message: end.message, ends: end.ended };
}

/** Skips the steps, checks and gates that are left. */
export function promoteNow({ draft, seen }: Moment, asked: Asked): Answer {
  const { run, phase } = draft.status;
  const other = isAboutOther(asked, run?.id);
  if (other !== undefined) return refused(other);
  if (run === undefined || !isAnalysing(phase))
    return refused(`only a run that is analysed can be promoted, and the phase is ${phase}`);
  // guard: a-promotion-of-people-has-a-reason
  if (asked.reason === '') return refused('a promotion without analysis needs a reason');
  draft.status = { ...draft.status, run: { ...run, promote: recordOf(asked, toTime(seen.now)) } };
  const message = `${nameOf(asked)} skips the rest of the analysis of ${shortRevision(run.revision)}${becauseOf(asked)}`;
  return { result: 'done', message };
}

/** Tries a failed revision again, from its first gate. */
export function retryRevision({ draft, seen }: Moment, asked: Asked): Answer {
  const { run, phase, lastPromotedSpec, lastAppliedSpec } = draft.status;
  const other = isAboutOther(asked, run?.id);
  if (other !== undefined) return refused(other);
  if (run === undefined || phase !== 'Failed')
    return refused(`only a failed run can be tried again, and the phase is ${phase}`);
  if (seen.revision !== run.revision || lastAppliedSpec !== run.revision)
    return refused(`${seen.names.target} is another revision by now, which starts a run by itself`);
  if (run.revision === lastPromotedSpec) return refused('the primary runs this revision already');
  const { lastAppliedSpec: _, ...rest } = draft.status;
  // guard: a-retry-makes-the-revision-new
  draft.status = lastPromotedSpec === undefined ? rest : { ...rest, lastAppliedSpec: lastPromotedSpec };
  const message = `${nameOf(asked)} tries ${shortRevision(run.revision)} again${becauseOf(asked)}`;
  return { result: 'done', message, ends: decided };
}

/** Starts the run that a freeze or the queue holds. */
export function startAnyway({ draft, seen }: Moment, asked: Asked): Answer {
  const { status } = draft;
  const { revision } = seen;
  const isComing = isResting(status.phase) && isNewRevision(seen, status) === true;
  if (revision === undefined || !(isComing || status.phase === 'Waiting'))
    return refused('no run waits to start');
  const { for: about } = asked;
  // guard: an-override-names-its-revision
  if (about !== undefined && !isRevision(about, revision))
    return refused(`it is about revision ${about}, and the one that waits is ${shortRevision(revision)}`);
  if (asked.reason === '') return refused('a start in spite of a freeze or the queue needs a reason');
  draft.status = { ...status, start: { revision, ...recordOf(asked, toTime(seen.now)) } };
  const message = `${nameOf(asked)} starts ${shortRevision(revision)} in spite of freezes and the queue${becauseOf(asked)}`;
  return { result: 'done', message };
}

const isRevision = (text: string, revision: string): boolean =>
  text === revision || text === shortRevision(revision);

import { isResting } from '../../../rules/run/phases.ts';
import { primaryReadiness } from '../../look/readiness.ts';
import { decided } from '../decision.ts';
import type { Decided, Moment } from '../decision.ts';
import { keepCanary } from './keep-canary.ts';
import { failRun } from './run-ends.ts';
import { undo } from './undo.ts';
import { wayBack } from './way-back.ts';

/** What came of an abort. Without `ended` the run is as it was, and `reason` is the reason of the Warning that says so. */
export interface AbortEnd {
  readonly result: 'rolled-back' | 'held' | 'too-late' | 'stale' | 'nothing-to-abort';
  readonly message: string;
  readonly reason?: string;
  readonly ended?: Decided;
}

/** Ends the current run by the way back that its place allows. `isOther`: the run is none that was meant. */
export function abortRun(moment: Moment, isOther: (runId: string) => boolean, why: string): AbortEnd {
  const { seen, draft } = moment;
  const { run } = draft.status;
  const way = isAboutToBegin(moment)
    ? // guard: abort-ends-a-run-whose-first-gate-is-open
      'rollback'
    : wayBack(seen, draft.status);
  if (way === undefined || run === undefined)
    return notAborted('nothing-to-abort', 'NothingToAbort', `no run is on${howToGoBack(moment)}`, moment);
  // guard: abort-names-its-run
  if (isOther(run.id))
    return notAborted('stale', 'NothingToAbort', 'the run it was meant for is over', moment);
  // guard: abort-comes-too-late-for-what-serves
  if (way === 'none') {
    const serves = whatServes(moment, describeImages(run.newImages));
    return notAborted('too-late', 'AbortTooLate', `${serves}${howToGoBack(moment)}`, moment);
  }
  if (way === 'undoing')
    return { result: 'rolled-back', message: run.cause ?? 'it is on its way back already', ended: decided };
  const ended = end(moment, way, why);
  if (way !== 'hold') return { result: 'rolled-back', message: why, ended };
  const held = `${why}; ${seen.names.target} keeps the traffic, with ${describeImages(run.newImages)}${howToGoBack(moment)}`;
  return { result: 'held', message: held, ended };
}

function notAborted(result: AbortEnd['result'], reason: string, why: string, { seen }: Moment): AbortEnd {
  return { result, reason, message: `${seen.canary.metadata.name} is not aborted: ${why}` };
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

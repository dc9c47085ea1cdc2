import type { CanaryStatus, PastRun } from '../../api/canary-status.ts';
import { undoneReason } from '../../rules/run/target-size.ts';
import { toTime } from '../../rules/run/timing.ts';
import { cancelWaiting } from '../../rules/people/approvals.ts';
import type { Recording } from './recording.ts';

/** Runs that status keeps. */
const mostRuns = 10;
/** Approvals that status keeps beside those that wait. */
const mostDecided = 10;

/** Approvals belong to the current run and end with it; a run that ends is added to the history. */
export function withPeople(status: CanaryStatus, { draft, seen }: Recording): CanaryStatus {
  const own = withOwnApprovals(status);
  if (draft.ended === undefined) return own;
  const past = pastRun(own, draft.ended.result, toTime(seen.now));
  const cancelled = cancelWaiting(own, 'switches');
  return past === undefined
    ? cancelled
    : { ...cancelled, history: [...(cancelled.history ?? []), past].slice(-mostRuns) };
}

function withOwnApprovals(status: CanaryStatus): CanaryStatus {
  const { approvals, ...rest } = status;
  if (approvals === undefined) return status;
  const decided = approvals.filter(({ state }) => state !== 'waiting').slice(-mostDecided);
  const kept = approvals.filter(
    (one) =>
      // guard: approvals-belong-to-a-run
      one.run === status.run?.id && (one.state === 'waiting' || decided.includes(one)),
  );
  if (kept.length === approvals.length) return status;
  return kept.length === 0 ? rest : { ...rest, approvals: kept };
}

function pastRun(
  { run, decisions = [], phase }: CanaryStatus,
  result: 'success' | 'failure' | 'withdrawn',
  endedAt: string,
): PastRun | undefined {
  if (run === undefined) return undefined;
  const { id, revision, from, startedAt, newImages, cause } = run;
  const isUndone = phase === 'Failed' && run.undo?.reason === undoneReason;
  const by = decisions.findLast(
    (one) => one.run === id && one.result === 'done' && endingVerbs.has(one.verb),
  )?.by;
  return {
    id,
    revision,
    ...(from === undefined ? {} : { from }),
    result: isUndone ? 'undone' : words[result],
    startedAt,
    endedAt,
    ...(newImages === undefined ? {} : { images: [...newImages] }),
    ...(cause === undefined ? {} : { cause: cause.slice(0, 400) }),
    ...(by === undefined || by === '' ? {} : { by }),
  };
}

const words = { success: 'succeeded', failure: 'failed', withdrawn: 'withdrawn' } as const;
const endingVerbs: ReadonlySet<string> = new Set(['abort', 'reject', 'promote', 'undo']);

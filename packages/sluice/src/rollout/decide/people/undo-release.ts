import type { CanaryStatus, Phase, Run } from '../../../api/canary-status.ts';
import { keptFor } from '../../../rules/run/previous.ts';
import { primaryRevision, shortRevision } from '../../../rules/run/revision.ts';
import { undoneReason } from '../../../rules/run/target-size.ts';
import { toTime } from '../../../rules/run/timing.ts';
import type { Moment } from '../decision.ts';
import { undo } from '../run/undo.ts';
import { becauseOf, isAboutOther, nameOf, refused } from './people-decision.ts';
import type { Answer, Asked } from './people-decision.ts';

/** Phases in which the release that serves can be undone: nothing else is being done to the primary. */
const phases: ReadonlySet<Phase> = new Set(['Succeeded', 'Failed', 'Waiting']);

/**
 * Goes back to the version before the release that serves: the primary gets back what was kept of it. The revision is not
 * tried again until it changes. A newer revision that waits for its first gate waits anew afterwards; one that failed stays so.
 */
export function undoRelease(moment: Moment, asked: Asked): Answer {
  const { draft, seen } = moment;
  const { status } = draft;
  if (!phases.has(status.phase))
    return refused(`only a run that succeeded can be undone, and the phase is ${status.phase}`);
  const release = releaseOf(status, toTime(seen.now));
  const other = isAboutOther(asked, release?.id);
  if (other !== undefined) return refused(other);
  const { primary } = seen;
  const kept = release && primary && keptFor(primary, release.id);
  const isServed =
    primary !== undefined &&
    // guard: only-the-release-that-serves-is-undone
    primaryRevision(primary) === release?.revision;
  if (release?.from === undefined || kept === undefined || !isServed)
    return refused('the version before the one that serves was not kept');
  const why = `undone by ${nameOf(asked)}${becauseOf(asked)}`;
  draft.status = { ...status, run: release, hooks: [] };
  const ends = undo(moment, undoneReason, why);
  // guard: what-is-undone-counts-as-promoted-no-more
  draft.status = { ...draft.status, lastPromotedSpec: release.from };
  // guard: what-failed-stays-failed-when-its-predecessor-is-undone
  if (status.phase === 'Failed') draft.status = { ...draft.status, ...appliedOf(status) };
  return { result: 'done', message: `${why}: ${shortRevision(release.revision)}`, ends };
}

const appliedOf = ({ lastAppliedSpec }: CanaryStatus): Pick<CanaryStatus, 'lastAppliedSpec'> =>
  lastAppliedSpec === undefined ? {} : { lastAppliedSpec };

/** The run of the release that serves: the current one, or the last that succeeded while a newer one waits or has failed. */
function releaseOf({ run, history = [], lastPromotedSpec }: CanaryStatus, now: string): Run | undefined {
  if (run !== undefined && run.revision === lastPromotedSpec && run.cause === undefined) return run;
  const past = history.findLast(
    ({ result, revision }) => result === 'succeeded' && revision === lastPromotedSpec,
  );
  if (past === undefined) return undefined;
  const { id, revision, from, startedAt, images } = past;
  return {
    id,
    revision,
    targetUid: '',
    targetGeneration: 0,
    startedAt,
    phaseSince: now,
    step: 0,
    round: 0,
    ...(from === undefined ? {} : { from }),
    ...(images === undefined ? {} : { newImages: [...images] }),
  };
}

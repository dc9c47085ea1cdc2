import { keptFor } from '../../../rules/run/previous.ts';
import { primaryRevision, shortRevision } from '../../../rules/run/revision.ts';
import { undoneReason } from '../../../rules/run/target-size.ts';
import type { Moment } from '../decision.ts';
import { undo } from '../run/undo.ts';
import { becauseOf, isAboutOther, nameOf, refused } from './people-decision.ts';
import type { Answer, Asked } from './people-decision.ts';

/**
 * Goes back to the version before a release that succeeded: the primary gets back what was kept of it. The revision is not
 * tried again until it changes.
 */
export function undoRelease(moment: Moment, asked: Asked): Answer {
  const { draft, seen } = moment;
  const { run, phase, lastPromotedSpec } = draft.status;
  const other = isAboutOther(asked, run?.id);
  if (other !== undefined) return refused(other);
  if (run === undefined || phase !== 'Succeeded')
    return refused(`only a run that succeeded can be undone, and the phase is ${phase}`);
  const { primary } = seen;
  const isServed =
    primary !== undefined &&
    // guard: only-the-release-that-serves-is-undone
    primaryRevision(primary) === run.revision &&
    lastPromotedSpec === run.revision;
  if (!isServed || keptFor(primary, run.id) === undefined || run.from === undefined)
    return refused(`the version before ${shortRevision(run.revision)} was not kept`);
  const why = `undone by ${nameOf(asked)}${becauseOf(asked)}`;
  const ends = undo(moment, undoneReason, why);
  // guard: what-is-undone-counts-as-promoted-no-more
  draft.status = { ...draft.status, lastPromotedSpec: run.from };
  return { result: 'done', message: why, ends };
}

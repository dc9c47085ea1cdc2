import type { Approval, Vote } from '../../../api/canary-status.ts';
import { approvedBy, findApproval, refusalOf, stateAfter } from '../../../rules/people/approvals.ts';
import { toTime } from '../../../rules/run/timing.ts';
import type { Moment } from '../decision.ts';
import { goBack } from '../run/go-back.ts';
import { becauseOf, nameOf, recordOf, refused } from './people-decision.ts';
import type { Answer, Asked } from './people-decision.ts';

/** One answer to an approval. The approval that passes lets its gate pass; a rejection ends the run at once. */
export function vote(moment: Moment, asked: Asked): Answer {
  const { draft, seen } = moment;
  const { approvals = [], run } = draft.status;
  const approval = findApproval(approvals, asked);
  if (typeof approval === 'string') return refused(approval);
  const spec = seen.canary.spec.analysis.webhooks?.[approval.index]?.approval;
  if (spec === undefined) return refused(`hook "${approval.hook}" has no approval any more`);
  if (asked.verb === 'reject' && approval.type === 'rollback')
    return refused(`${approval.id} is a rollback switch, which needs no rejection`);
  const why = refusalOf(spec, asked.verb, asked, run?.requestedBy);
  if (why !== undefined) return refused(why);
  const voted = withVote(approval, { verdict: asked.verb, ...recordOf(asked, toTime(seen.now)) });
  draft.status = { ...draft.status, approvals: replace(approvals, voted) };
  if (voted.state === 'rejected') return reject(moment, asked, voted);
  const count = `${approvedBy(voted).length} of ${voted.needed}`;
  return { result: 'done', hook: voted.hook, message: `${nameOf(asked)} approved ${voted.id} (${count})` };
}

/** The last answer of a user counts. */
function withVote(approval: Approval, vote: Vote): Approval {
  const others = (approval.votes ?? []).filter(({ by }) => by !== vote.by);
  const votes = [...others, vote];
  return { ...approval, votes, state: stateAfter({ ...approval, votes }) };
}

export const replace = (approvals: readonly Approval[], approval: Approval): Approval[] =>
  approvals.map((one) => (one.id === approval.id ? approval : one));

function reject(moment: Moment, asked: Asked, { hook, type }: Approval): Answer {
  const why = `${nameOf(asked)} rejected ${type} "${hook}"${becauseOf(asked)}`;
  return { result: 'done', hook, message: why, ends: goBack(moment, 'Rejected', why) };
}

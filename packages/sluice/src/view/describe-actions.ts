import type { CanaryStatus } from '../api/canary-status.ts';
import type { Canary } from '../api/canary.ts';
import { isAnalysing, isUndoing } from '../rules/run/phases.ts';
import { imagesBefore } from './describe-images.ts';
import { isOn } from './run-facts.ts';
import type { ActionView, ApprovalView } from './rollout-view.ts';

/** Why a revision is not started yet although nothing is wrong with it. */
const heldBack = new Set(['Frozen', 'Queued']);

/** The decisions that make sense now. `now` is milliseconds: an approval past its deadline is decided by the controller. */
export function describeActions(
  canary: Canary,
  approvals: readonly ApprovalView[],
  now: number,
): readonly ActionView[] {
  const { status } = canary;
  if (status === undefined || status.phase === 'Terminating' || status.phase === 'Terminated') return [];
  return [
    ...approvals.flatMap((approval) => (isOpen(approval, now) ? answers(approval, status) : [])),
    ...whileOn(status),
    ...afterwards(status),
    pauseOrResume(status),
    ...(heldBack.has(status.waiting?.reason ?? '')
      ? [
          action(
            'start',
            '',
            `starts the run now, although it is ${status.waiting?.reason?.toLowerCase()}`,
            true,
          ),
        ]
      : []),
  ];
}

const action = (verb: ActionView['verb'], about: string, does: string, needsReason = false): ActionView => ({
  verb,
  for: about,
  does,
  needsReason,
});

const isOpen = ({ state, deadline }: ApprovalView, now: number): boolean =>
  state === 'waiting' && !(Date.parse(deadline ?? '') <= now);

function answers(
  { id, type, needed, approved, reasonRequired }: ApprovalView,
  status: CanaryStatus,
): readonly ActionView[] {
  if (type === 'rollback') return [action('approve', id, rollsBack(status), reasonRequired)];
  const missing = needed - approved.length - 1;
  const more =
    missing > 0 ? `, once ${missing} more ${missing === 1 ? 'user has' : 'users have'} approved` : '';
  const does = {
    'confirm-rollout': 'starts the analysis',
    'confirm-promotion': 'gives the new version all traffic',
  }[type];
  return [
    action('approve', id, `${does ?? 'takes the next step'}${more}`, reasonRequired),
    action('reject', id, `ends the run: ${rollsBack(status)}`, true),
  ];
}

const rollsBack = ({ canaryWeight }: CanaryStatus): string =>
  canaryWeight === 0
    ? 'the new version gets no traffic and is not tried again'
    : `rolls back from ${canaryWeight} % to 0 %`;

function whileOn(status: CanaryStatus): readonly ActionView[] {
  const { run, phase } = status;
  if (run === undefined || !isOn(status) || isUndoing(status)) return [];
  const promotes = isAnalysing(phase) && run.promote === undefined;
  return [
    ...(promotes
      ? [
          action(
            'promote',
            run.id,
            'skips the rest of the analysis and gives the new version all traffic',
            true,
          ),
        ]
      : []),
    action('abort', run.id, rollsBack(status)),
  ];
}

function afterwards(status: CanaryStatus): readonly ActionView[] {
  const { run, phase } = status;
  const release = pastRelease(status);
  const undoes =
    release === undefined
      ? []
      : [action('undo', release, 'goes back at once to the version before the one that serves')];
  if (phase === 'Waiting') return undoes;
  if (run === undefined || isOn(status)) return [];
  if (phase === 'Failed')
    return [action('retry', run.id, 'starts a new run of the revision that failed'), ...undoes];
  const before = imagesBefore(run);
  // A run with a cause that succeeded was withdrawn: it promoted nothing.
  if (phase !== 'Succeeded' || run.cause !== undefined || before.length === 0) return [];
  return [action('undo', run.id, `goes back at once to ${before.join(', ')}`)];
}

/** The run that the primary serves, while a newer revision waits for its first gate or has failed. */
function pastRelease({ phase, history = [], lastPromotedSpec, run }: CanaryStatus): string | undefined {
  if (phase !== 'Waiting' && phase !== 'Failed') return undefined;
  if (run?.revision === lastPromotedSpec) return undefined;
  return history.findLast(
    ({ result, revision, from }) =>
      result === 'succeeded' && revision === lastPromotedSpec && from !== undefined,
  )?.id;
}

function pauseOrResume(status: CanaryStatus): ActionView {
  if (status.paused !== undefined) return action('resume', '', 'goes on where it was paused');
  return isOn(status)
    ? action('pause', '', `holds the new version at ${status.canaryWeight} %; rollback stays armed`)
    : action('pause', '', 'starts no run until it is resumed');
}

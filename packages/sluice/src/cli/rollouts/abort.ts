import type { DecisionRecord } from '../../api/canary-status.ts';
import { abortOutcome } from '../../rules/people/abort-outcome.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { exitCodes } from '../exit-codes.ts';
import { decisionCommand, whereOf } from './decide.ts';
import type { Chosen } from './decide.ts';
import { CommandFailure } from './failure.ts';

/** `sluice abort NAME`: ends the current run and rolls back, from any phase. */
export const runAbort = decisionCommand({
  name: 'abort',
  verb: 'abort',
  about: 'End the current run and roll back, from any phase. The revision is not tried again.',
  question: 'none',
  past: 'aborted',
  reasonRequired: false,
  exits: {
    [exitCodes.notRolledBack]:
      'stopped where that was possible, but what ran before is not known: a person must restore it',
  },
  choose: currentRun,
  hint: 'it is rolling back; its new image is still in the target: revert it there',
  elsewise: ({ metadata: { namespace, name } }) =>
    `kubectl -n ${namespace} annotate canary ${name} sluice.dev/abort="…" --overwrite asks a controller that takes no decisions`,
  judge,
});

/** The run to abort. Throws `CommandFailure` when no run is on. */
function currentRun(view: RolloutView): Chosen {
  const action = view.actions.find(({ verb }) => verb === 'abort');
  if (action !== undefined) return { for: action.for, what: '', does: action.does, needsReason: false };
  const phase = view.phase === '' ? 'new' : view.phase;
  const back = view.phase === 'Succeeded' ? [commandBack(view)].filter((line) => line !== undefined) : [];
  const undo = view.actions.some(({ verb }) => verb === 'undo') ? [`sluice undo ${whereOf(view)}`] : [];
  const next = [...back, ...undo];
  throw new CommandFailure(
    exitCodes.refused,
    `no run is on (${phase})`,
    ...(next.length === 0 ? ['sluice get -A shows which run'] : next),
  );
}

/** Command that restores the target's old images, which starts the next run; undefined when they are not known. */
const commandBack = ({ metadata, target, images: { before } }: RolloutView): string | undefined =>
  before.length === 0
    ? undefined
    : `kubectl -n ${metadata.namespace} set image ${target} ${before.join(' ')}`;

/** Throws `CommandFailure` when the run was not rolled back, because what ran before is not known. */
function judge(view: RolloutView, decision: DecisionRecord): void {
  const outcome = abortOutcome(decision);
  const what = outcome === 'held' ? 'is stopped, but not rolled back' : 'is not rolled back';
  // guard: an-abort-that-holds-is-no-rollback
  if (outcome === 'held' || outcome === 'too-late')
    throw new CommandFailure(
      exitCodes.notRolledBack,
      `it ${what}: what it ran before is not known; ${decision.message}`,
      commandBack(view) ?? 'change the target: the next run begins with it',
    );
}

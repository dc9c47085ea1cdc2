import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import type { Verb } from '../../api/canary-status.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { exitCodes } from '../exit-codes.ts';
import { chooseApproval } from './choose-approval.ts';
import { decisionCommand, whereOf } from './decide.ts';
import type { Chosen } from './decide.ts';
import { CommandFailure } from './failure.ts';

const ofGate = (command: Command): Command =>
  command.option('--gate <id>', 'id of the approval, or name of its hook; needed when several wait');

export const runApprove = decisionCommand({
  name: 'approve',
  verb: 'approve',
  about: 'Approve what a rollout waits for, in your name, for this run alone.',
  question: 'yes',
  past: 'approved',
  reasonRequired: false,
  declare: ofGate,
  choose: (view, flags, user) => chooseApproval('approve', view, flags, user),
});

export const runReject = decisionCommand({
  name: 'reject',
  verb: 'reject',
  about: 'Refuse what a rollout waits for: the run ends, and is rolled back where traffic has moved.',
  question: 'yes',
  past: 'rejected',
  reasonRequired: true,
  declare: ofGate,
  choose: (view, flags, user) => chooseApproval('reject', view, flags, user),
});

export const runPause = decisionCommand({
  name: 'pause',
  verb: 'pause',
  about: 'Hold a rollout where it is: no step is taken and no run starts. Rollback stays armed.',
  question: 'none',
  past: 'paused',
  reasonRequired: false,
  declare: (command) =>
    command.option('--for <duration>', 'resume by itself after this time: 30m', toDuration),
  choose(view, flags) {
    // Another end may be wanted.
    if (view.paused !== null && flags.for === undefined)
      return { already: `is paused already, by ${view.paused.by || 'somebody'}` };
    const held = view.paused === null ? offered(view, 'pause') : undefined;
    return {
      ...(held ?? { for: '', what: '', needsReason: false }),
      does: `${held?.does ?? 'changes the end of the pause'}${lasting(flags.for)}`,
    };
  },
});

const lasting = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? '' : `, for ${Math.round(milliseconds / 1000)} s`;

export const runResume = decisionCommand({
  name: 'resume',
  verb: 'resume',
  about: 'Go on with a rollout that was paused.',
  question: 'yes',
  past: 'resumed',
  reasonRequired: false,
  choose: (view) => (view.paused === null ? { already: 'is not paused' } : offered(view, 'resume')),
});

export const runPromote = decisionCommand({
  name: 'promote',
  verb: 'promote',
  about: 'Skip the rest of the analysis and give the new version all traffic. A permission of its own.',
  question: 'name',
  past: 'promoted',
  reasonRequired: true,
  choose: (view) => offered(view, 'promote'),
});

export const runRetry = decisionCommand({
  name: 'retry',
  verb: 'retry',
  about: 'Start a new run of the revision that failed, without a new commit.',
  question: 'yes',
  past: 'retried',
  reasonRequired: false,
  choose: (view) => offered(view, 'retry'),
});

export const runUndo = decisionCommand({
  name: 'undo',
  verb: 'undo',
  about: 'Go back to the version before the last promotion, at once. The undone revision is not tried again.',
  question: 'yes',
  past: 'undone',
  reasonRequired: false,
  choose: (view) => offered(view, 'undo'),
});

export const runOverride = decisionCommand({
  name: 'override',
  verb: 'start',
  about:
    'Begin a run although a freeze or the queue holds it. A permission of its own. The Canary does not name the revision that waits, so the run is that of the target at the moment the controller takes the decision; sluice diff shows it.',
  isAboutNextRun: true,
  question: 'yes',
  past: 'started',
  reasonRequired: true,
  choose: (view) => offered(view, 'start'),
});

function toDuration(text: string): number {
  try {
    const milliseconds = parseGoDuration(text);
    if (milliseconds > 0) return milliseconds;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
  }
  throw new InvalidArgumentError('Write a duration such as 30m or 1h30m.');
}

/** What must be so for a verb to make sense. */
const wants: Readonly<Partial<Record<Verb, string>>> = {
  pause: 'it is being deleted',
  resume: 'it is not paused',
  promote: 'no analysis is on that could be skipped',
  retry: 'no revision has failed',
  undo: 'the last run did not succeed, or the version before it is not known',
  start: 'neither a freeze nor the queue holds it',
};

/** The action of the view. Throws `CommandFailure` when the verb makes no sense now. */
function offered(view: RolloutView, verb: Verb): Chosen {
  const action = view.actions.find((one) => one.verb === verb);
  if (action !== undefined)
    return { for: action.for, what: '', does: action.does, needsReason: action.needsReason };
  const phase = view.phase === '' ? 'new' : view.phase;
  throw new CommandFailure(
    exitCodes.refused,
    `${wants[verb] ?? 'it makes no sense now'} (${phase})`,
    `sluice status ${whereOf(view)}`,
  );
}

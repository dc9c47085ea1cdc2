import type { CanaryStatus } from '../../api/canary-status.ts';
import { removeCondition, setCondition } from '../../rules/conditions.ts';
import { isInitializing, isResting } from '../../rules/phases.ts';
import { isOwnRevision } from '../../rules/revision.ts';
import { toTime } from '../../rules/timing.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { announce } from '../draft.ts';
import { primaryContext } from '../primary-context.ts';
import { newRun } from '../run-ends.ts';

/**
 * Takes over a canary that Flagger left. Its hashes cannot be made again outside Go, so they never count as
 * a change: target and primary are compared instead, and where that does not tell, a person is asked.
 */
export const adopt: Step = {
  name: 'adopt',
  run(context) {
    const { status } = context.draft;
    if (isInitializing(status.phase) || isOwnRevision(status.lastAppliedSpec)) return 'continue';
    if (context.world.revision === undefined || context.world.primary === undefined) return 'continue';
    return isResting(status.phase) ? adoptResting(context) : adoptRun(context);
  },
};

function adoptResting(context: PassContext): StepResult {
  const { world, draft } = context;
  const { target, primary, revision } = world;
  if (target === undefined || primary === undefined || revision === undefined) return 'continue';
  const same = world.workload.runsSame(target, primary, primaryContext(context, revision));
  if (!same && draft.status.phase !== 'Failed') return askPerson(context);
  const baseline = { lastAppliedSpec: revision, lastPromotedSpec: same ? revision : 'adopted' };
  draft.status = { ...draft.status, ...baseline, conditions: without(draft.status, 'AdoptionUnclear') };
  announce(context, 'Normal', 'Adopted', `Adopted ${world.canary.metadata.name} as it is; no run is started`);
  return 'decided';
}

function adoptRun(context: PassContext): StepResult {
  const { world, draft } = context;
  const revision = world.revision ?? '';
  const run = newRun(context, revision, draft.status.lastTransitionTime ?? '');
  const step = draft.status.canaryWeight > 0 || draft.status.iterations > 0 ? 1 : 0;
  draft.status = {
    ...draft.status,
    lastAppliedSpec: revision,
    canaryWeight: world.route?.weights.canary ?? draft.status.canaryWeight,
    iterations: Math.max(0, draft.status.iterations),
    run: { ...run, step, ...(step > 0 ? { preRollout: 'passed' } : {}) },
  };
  announce(
    context,
    'Normal',
    'Adopted',
    `Adopted ${world.canary.metadata.name}; its run goes on from weight ${draft.status.canaryWeight}`,
  );
  return 'decided';
}

const without = (status: CanaryStatus, type: string) => removeCondition(status.conditions ?? [], type);

function askPerson(context: PassContext): StepResult {
  const { draft, world } = context;
  const message =
    `${world.names.target} and ${world.names.primary} differ, and no run is recorded: ` +
    'make them equal, or change the target to start a run from here';
  const now = toTime(world.now);
  const condition = {
    type: 'AdoptionUnclear',
    status: 'True',
    reason: 'TargetAndPrimaryDiffer',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
  draft.status = { ...draft.status, conditions: setCondition(draft.status.conditions ?? [], condition) };
  return stop('person', message);
}

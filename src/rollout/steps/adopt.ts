import type { PrimaryContext } from '../../ports/workload.ts';
import { adoptedNames } from '../../rules/adopted-names.ts';
import { removeCondition, setCondition } from '../../rules/conditions.ts';
import { isInitializing, isResting } from '../../rules/phases.ts';
import { isOwnRevision } from '../../rules/revision.ts';
import { toTime } from '../../rules/timing.ts';
import { adoptedConfigs, fullRevision, noConfigs } from '../../rules/tracked-configs.ts';
import { primaryContext } from '../configs/primary-context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { announce } from '../draft.ts';
import { newRun } from '../run/run-ends.ts';

const unclear = 'AdoptionUnclear';

/**
 * Takes over a canary that Flagger left. Its hashes cannot be made again outside Go, so they never count as
 * a change: target and primary are compared instead, and where that does not tell, a person is asked.
 */
export const adopt: Step = {
  name: 'adopt',
  run(context) {
    const { status } = context.draft;
    if (isInitializing(status.phase)) return 'continue';
    if (/* guard: adopted-hashes-are-no-change */ isOwnRevision(status.lastAppliedSpec))
      return clearWhenEqual(context);
    if (context.world.revision === undefined || context.world.primary === undefined) return 'continue';
    return isResting(status.phase) ? adoptResting(context) : adoptRun(context);
  },
};

function adoptResting(context: PassContext): StepResult {
  const { world, draft } = context;
  const { revision, configs } = left(context);
  const same = isSame(context, configs);
  // What was seen is the baseline in any case: a change of the target from here on starts a run.
  const ours = {
    lastAppliedSpec: revision,
    lastPromotedSpec: same ? revision : 'adopted',
    trackedConfigs: configs,
  };
  draft.status = { ...draft.status, ...ours, adopted: adoptedNames(draft.status, ours) };
  if (same || draft.status.phase === 'Failed')
    announce(
      context,
      'Normal',
      'Adopted',
      `Adopted ${world.canary.metadata.name} as it is; no run is started`,
    );
  else /* guard: adoption-that-differs-asks-a-person */ askPerson(context);
  return 'decided';
}

function adoptRun(context: PassContext): StepResult {
  const { world, draft } = context;
  const { status } = draft;
  const { revision, configs } = left(context);
  const run = newRun(context, revision, status.lastTransitionTime ?? '');
  const { canaryWeight, iterations } = positionOf(context);
  const step = canaryWeight > 0 || iterations > 0 ? 1 : 0;
  // While it waits for confirm-rollout, Flagger has not noted what it would be about.
  const noted =
    status.phase === 'Waiting'
      ? // guard: a-waiting-run-has-no-hash-yet
        {}
      : { lastAppliedSpec: revision };
  draft.status = {
    ...status,
    lastAppliedSpec: revision,
    trackedConfigs: configs,
    adopted: adoptedNames(status, { ...noted, trackedConfigs: configs }),
    canaryWeight,
    iterations,
    run: {
      ...run,
      step,
      ...(step > 0 ? { preRollout: 'passed' } : {}),
      ...(hasAllTraffic(context) ? { confirmPromotion: 'passed' } : {}),
      ...(world.route?.mirrored === true && step > 0 ? { mirrored: true } : {}),
    },
  };
  announce(
    context,
    'Normal',
    'Adopted',
    `Adopted ${world.canary.metadata.name}; its run goes on from weight ${canaryWeight}`,
  );
  return 'decided';
}

/** Where a run stands: the routes say it, for in WaitingPromotion Flagger puts the weight to 0 and the iterations back by one. */
function positionOf({ world, draft }: PassContext): {
  readonly canaryWeight: number;
  readonly iterations: number;
} {
  const { phase, canaryWeight, iterations } = draft.status;
  // In A/B the route's weight is that of the picked requests, and follows from the iterations.
  const routed = world.strategy === 'ab-testing' ? 0 : world.route?.weights.canary;
  const done = phase === 'WaitingPromotion' ? (world.canary.spec.analysis.iterations ?? 0) : iterations;
  return {
    canaryWeight: /* guard: an-adopted-run-goes-on-from-its-weight */ routed ?? canaryWeight,
    iterations: Math.max(0, done),
  };
}

/** Beyond the last iteration of blue/green: its promotion was confirmed. */
const hasAllTraffic = ({ world, draft }: PassContext): boolean =>
  world.strategy === 'blue-green' &&
  world.route?.weights.canary === 100 &&
  draft.status.iterations > (world.canary.spec.analysis.iterations ?? 0);

/** The revision as Flagger left it: a ConfigMap that has changed since then makes another one, and starts a run. */
function left({ draft, world }: PassContext): {
  readonly revision: string;
  readonly configs: Readonly<Record<string, string>>;
} {
  const now = world.configs.state === 'known' ? world.configs : noConfigs;
  const configs = adoptedConfigs(draft.status.trackedConfigs, now);
  return { revision: fullRevision(world.templateRevision ?? '', configs), configs };
}

/** By the copies that `configs` says there are: Flagger need not have made those that we would. */
export function adoptionContext(
  context: Pick<PassContext, 'world' | 'deps'>,
  configs: Readonly<Record<string, string>>,
): PrimaryContext {
  const now = primaryContext(context, context.world.revision ?? '');
  return {
    ...now,
    configNames: new Map([...now.configNames].filter(([key]) => Object.hasOwn(configs, key))),
  };
}

function isSame(context: PassContext, configs: Readonly<Record<string, string>>): boolean {
  const { target, primary, revision, workload } = context.world;
  if (target === undefined || primary === undefined || revision === undefined) return false;
  return workload.runsSame(target, primary, adoptionContext(context, configs));
}

function askPerson(context: PassContext): void {
  const { draft, world } = context;
  const message =
    `${world.names.target} and ${world.names.primary} differ, and no run is recorded: ` +
    `make them equal, or change ${world.names.target} to start a run from here`;
  const now = toTime(world.now);
  const condition = {
    type: unclear,
    status: 'True',
    reason: 'TargetAndPrimaryDiffer',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
  draft.status = { ...draft.status, conditions: setCondition(draft.status.conditions ?? [], condition) };
  announce(context, 'Warning', unclear, message);
}

/** The question is answered when target and primary are equal, or when a run has begun. */
function clearWhenEqual(context: PassContext): StepResult {
  const { draft, world } = context;
  const { status } = draft;
  if (!(status.conditions ?? []).some((condition) => condition.type === unclear)) return 'continue';
  const same = isSame(context, status.trackedConfigs ?? {});
  if (!same && isResting(status.phase)) return 'continue';
  draft.status = { ...status, conditions: removeCondition(status.conditions ?? [], unclear) };
  if (same && isResting(status.phase) && world.templateRevision !== undefined) {
    const revision = fullRevision(world.templateRevision, status.trackedConfigs ?? {});
    draft.status = { ...draft.status, lastAppliedSpec: revision, lastPromotedSpec: revision };
  }
  return 'decided';
}

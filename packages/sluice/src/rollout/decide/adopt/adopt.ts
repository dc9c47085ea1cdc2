import type { CanaryStatus } from '../../../api/canary-status.ts';
import type { PrimaryContext } from '../../../ports/workload.ts';
import { adoptedNames } from '../../../rules/run/adopted-names.ts';
import { isInitializing, isResting } from '../../../rules/run/phases.ts';
import { isOwnRevision } from '../../../rules/run/revision.ts';
import { adoptedConfigs, fullRevision, noConfigs } from '../../../rules/configs/tracked-configs.ts';
import { announce } from '../../draft.ts';
import { unknownConfigs } from '../../look/config-state.ts';
import { describeTarget } from '../../look/describe-target.ts';
import { primaryContext } from '../../look/primary-context.ts';
import { waitFor } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decided, Decision, Moment } from '../decision.ts';
import { newRun } from '../run/run-ends.ts';
import { withLeft, withTaken } from '../any/take-over.ts';
import { askPerson } from './ask-person.ts';

/** Whether another program wrote this status: its hashes are not ours, or a run is on that has no record. */
export function isLeft({ phase, lastAppliedSpec, run }: CanaryStatus): boolean {
  if (isInitializing(phase)) return false;
  // guard: adopted-hashes-are-no-change
  if (!isOwnRevision(lastAppliedSpec)) return true;
  return run === undefined && !isResting(phase);
}

/**
 * Adopts a canary that Flagger left, before any object of it is written. Flagger's hashes cannot be computed outside Go, so
 * target and primary are compared instead. A person decides when the comparison is not conclusive.
 */
export const adopt: Decision = {
  name: 'adopt',
  run(moment) {
    const { seen, draft } = moment;
    if (seen.target === undefined) {
      const message = `${describeTarget(seen)} does not exist; create it again, so that this canary can be adopted`;
      return waitFor('workload', 'TargetMissing', message, { name: seen.names.target });
    }
    // What its pods read is a part of the revision that is adopted.
    const unknown = unknownConfigs(seen);
    if (unknown !== undefined) return unknown;
    draft.status = { ...draft.status, serving: withLeft(withTaken(moment, seen.serving), seen.ownership) };
    return isResting(draft.status.phase) ? adoptResting(moment) : adoptRun(moment);
  },
};

function adoptResting(moment: Moment): Decided {
  const { seen, draft } = moment;
  const { revision, configs } = left(moment);
  // A primary that is gone leaves nothing to compare: it is built from the target, as Flagger would.
  const same = seen.primary === undefined || isSame(moment, configs);
  // What was seen is the baseline in any case: a change of the target from here on starts a run.
  const ours = {
    lastAppliedSpec: revision,
    lastPromotedSpec: same ? revision : 'adopted',
    trackedConfigs: configs,
  };
  draft.status = { ...draft.status, ...ours, adopted: adoptedNames(draft.status, ours) };
  if (same || draft.status.phase === 'Failed')
    announce(moment, 'Normal', 'Adopted', `Adopted ${seen.canary.metadata.name} as it is; no run is started`);
  else /* guard: adoption-that-differs-asks-a-person */ askPerson(moment);
  return decided;
}

function adoptRun(moment: Moment): Decided {
  const { seen, draft } = moment;
  const { status } = draft;
  const { revision, configs } = left(moment);
  const run = newRun(seen, status, revision, status.lastTransitionTime ?? '');
  const { canaryWeight, iterations } = positionOf(moment);
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
      ...(hasAllTraffic(moment) ? { confirmPromotion: 'passed' } : {}),
      ...(seen.route?.mirrored === true && step > 0 ? { mirrored: true } : {}),
    },
  };
  announce(
    moment,
    'Normal',
    'Adopted',
    `Adopted ${seen.canary.metadata.name}; its run goes on from weight ${canaryWeight}`,
  );
  return decided;
}

/** The weight of an adopted run, read from its routes: in WaitingPromotion Flagger records weight 0 and one iteration less. */
function positionOf({ seen, draft }: Moment): {
  readonly canaryWeight: number;
  readonly iterations: number;
} {
  const { phase, canaryWeight, iterations } = draft.status;
  // In A/B the route's weight is that of the picked requests, and follows from the iterations.
  const routed = seen.strategy === 'ab-testing' ? 0 : seen.route?.weights.canary;
  const done = phase === 'WaitingPromotion' ? (seen.canary.spec.analysis.iterations ?? 0) : iterations;
  return {
    canaryWeight: /* guard: an-adopted-run-goes-on-from-its-weight */ routed ?? canaryWeight,
    iterations: Math.max(0, done),
  };
}

/** Beyond the last iteration of blue/green: its promotion was confirmed. */
const hasAllTraffic = ({ seen, draft }: Moment): boolean =>
  seen.strategy === 'blue-green' &&
  seen.route?.weights.canary === 100 &&
  draft.status.iterations > (seen.canary.spec.analysis.iterations ?? 0);

/** The revision as Flagger left it: a ConfigMap that has changed since then makes another one, and starts a run. */
function left({ draft, seen }: Moment): {
  readonly revision: string;
  readonly configs: Readonly<Record<string, string>>;
} {
  const now = seen.configs.state === 'known' ? seen.configs : noConfigs;
  const configs = adoptedConfigs(draft.status.trackedConfigs, now);
  return { revision: fullRevision(seen.templateRevision ?? '', configs), configs };
}

/** Compares with the copies that exist: Flagger may have made fewer than Sluice would. */
export function adoptionContext(
  { seen, deps }: Pick<Moment, 'seen'> & { readonly deps: Pick<Moment['deps'], 'options'> },
  configs: Readonly<Record<string, string>>,
): PrimaryContext {
  const now = primaryContext({ seen, deps }, seen.revision ?? '');
  return {
    ...now,
    configNames: new Map([...now.configNames].filter(([key]) => Object.hasOwn(configs, key))),
  };
}

export function isSame(
  { seen, deps }: Pick<Moment, 'seen' | 'deps'>,
  configs: Readonly<Record<string, string>>,
): boolean {
  const { target, primary, workload } = seen;
  if (target === undefined || primary === undefined) return false;
  return workload.runsSame(target, primary, adoptionContext({ seen, deps }, configs));
}

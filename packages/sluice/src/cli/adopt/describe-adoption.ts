import type { CanaryStatus, Condition } from '../../api/canary-status.ts';
import { adoptionContext } from '../../rollout/decide/adopt/adopt.ts';
import { isInitializing, isResting } from '../../rules/run/phases.ts';
import { isOwnRevision } from '../../rules/run/revision.ts';
import { differingFields } from './differing-fields.ts';
import type { Foreseen } from './foresee.ts';

/** Result of the controller's first passes over a canary. */
export type AdoptionOutcome =
  | 'stays-at-rest'
  | 'goes-on'
  | 'initializes'
  | 'already-adopted'
  | 'starts-run'
  | 'unclear'
  | 'invalid'
  | 'stuck';

export interface AdoptionForecast {
  readonly outcome: AdoptionOutcome;
  /** One sentence, without a full stop. */
  readonly message: string;
  /** Differences, problems, changes and warnings, a line each. */
  readonly details: readonly string[];
}

/** Outcomes that a person should check before the controller starts. */
const forPeople: ReadonlySet<AdoptionOutcome> = new Set(['starts-run', 'unclear', 'invalid', 'stuck']);

export const needsPerson = ({ outcome }: AdoptionForecast): boolean => forPeople.has(outcome);

/** Steps at which a canary at rest stays as it is. */
const restingSteps = new Set(['stop-if-unchanged', 'stop-if-suspended']);

export function describeAdoption(foreseen: Foreseen): AdoptionForecast {
  const { before, after, announcements } = foreseen;
  const stops = announcements.some(({ type, reason }) => type === 'Warning' && reason !== 'SpecWarning');
  const warnings = announcements.filter(({ type }) => type === 'Warning').map(({ message }) => message);
  const of = (
    outcome: AdoptionOutcome,
    message: string,
    details: readonly string[] = warnings,
  ): AdoptionForecast => ({
    outcome,
    message,
    details,
  });
  const invalid = conditionOf(after, 'Invalid');
  if (foreseen.seen === undefined)
    return of('invalid', 'left untouched until it is fixed', [invalid?.message ?? '']);
  const unclear = conditionOf(after, 'AdoptionUnclear');
  if (unclear !== undefined) return of('unclear', unclear.message ?? '', differences(foreseen));
  if (isInitializing(before.phase)) return of('initializes', 'its primary is made, or waited for');
  if (before.adopted !== undefined || isOwnRevision(before.lastAppliedSpec))
    return of('already-adopted', 'nothing is left to adopt');
  if (!isResting(before.phase)) return of('goes-on', positionOf(after, foreseen));
  const { configs } = foreseen.seen;
  if (configs.state !== 'known') return of('stuck', configs.message);
  if (!restingSteps.has(foreseen.stoppedAt) && isResting(after.phase) && stops)
    return of('stuck', `it would stop at ${foreseen.stoppedAt}`);
  if (isResting(after.phase) && foreseen.stoppedAt !== 'ask-confirm-rollout')
    return of('stays-at-rest', 'nothing is started');
  return of('starts-run', 'what it reads is not what it was when Flagger looked', [
    ...changedConfigs(foreseen),
    ...warnings,
  ]);
}

const conditionOf = ({ conditions = [] }: CanaryStatus, type: string): Condition | undefined =>
  conditions.find((condition) => condition.type === type);

function positionOf({ phase, canaryWeight, iterations }: CanaryStatus, { seen }: Foreseen): string {
  const from =
    seen?.strategy === 'canary'
      ? `weight ${canaryWeight}`
      : `iteration ${iterations}, weight ${canaryWeight}`;
  return `its run goes on in ${phase} from ${from}`;
}

/** Fields of the pod template in which target and primary differ. */
function differences({ seen, deps, after }: Foreseen): readonly string[] {
  const { target, primary, workload } = seen ?? {};
  if (target === undefined || primary === undefined || workload === undefined || seen === undefined)
    return [];
  const context = adoptionContext({ seen, deps }, after.trackedConfigs ?? {});
  return differingFields(primary, workload.promotionPatch(target, primary, context)).filter((field) =>
    field.startsWith('spec.template'),
  );
}

function changedConfigs({ before, seen }: Foreseen): readonly string[] {
  if (seen?.configs.state !== 'known') return [];
  const was = before.trackedConfigs ?? {};
  const now = seen.configs.checksums;
  return [...new Set([...Object.keys(was), ...Object.keys(now)])]
    .filter((key) => was[key] !== now[key])
    .map((key) =>
      was[key] === undefined
        ? `${key} was not tracked`
        : now[key] === undefined
          ? `${key} is read no more`
          : `${key} has changed`,
    );
}

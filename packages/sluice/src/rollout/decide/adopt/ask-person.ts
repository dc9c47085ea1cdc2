import type { CanaryStatus } from '../../../api/canary-status.ts';
import { setCondition } from '../../../rules/run/conditions.ts';
import { isResting } from '../../../rules/run/phases.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { announce } from '../../draft.ts';
import type { Moment } from '../decision.ts';

export const unclear = 'AdoptionUnclear';

/** Waits for a person to resolve an unclear adoption. Only the status of the Canary is written until then. */
export const isUnclear = ({ phase, conditions = [] }: CanaryStatus): boolean =>
  isResting(phase) && conditions.some((condition) => condition.type === unclear);

export function askPerson(moment: Moment): void {
  const { draft, seen } = moment;
  const { target, primary } = seen.names;
  const message =
    `${target} and ${primary} differ, and no run is recorded: ` +
    `make them equal, or change ${target} to start a run from here`;
  const now = toTime(seen.now);
  const condition = {
    type: unclear,
    status: 'True',
    reason: 'TargetAndPrimaryDiffer',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
  draft.status = { ...draft.status, conditions: setCondition(draft.status.conditions ?? [], condition) };
  announce(moment, 'Warning', unclear, message);
}

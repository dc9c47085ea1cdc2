import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { isDeleted, isHeldByUs } from '../rules/run/finalizer.ts';
import { isInitializing } from '../rules/run/phases.ts';
import { places } from '../rules/run/phase-table/places.ts';
import type { PlaceId } from '../rules/run/phase-table/places.ts';
import { isLeft } from './decide/adopt/adopt.ts';
import { isUnclear } from './decide/adopt/ask-person.ts';
import { reportConfigs, reportWarnings } from './decide/any/report.ts';
import { reportRoutes } from './decide/any/report-routes.ts';
import { adoption, brakesOf, decisionsOf, invalid, takingOver } from './decide/places.ts';
import type { RolloutDeps } from './deps.ts';
import { statusOf } from './draft.ts';
import { hold, holdWayBack, nothingHeld } from './hold/hold.ts';
import { look } from './look/look.ts';
import { placeOf } from './look/place-of.ts';
import type { CanaryMemory } from './memory.ts';
import { metered } from './meter.ts';
import type { Meter } from './meter.ts';
import { ended } from './pass-result.ts';
import type { PassResult } from './pass-result.ts';
import { pursue } from './pursue.ts';
import type { Plan } from './pursue.ts';
import { reportInvalid } from './record/report-invalid.ts';
import { yieldToOther } from './record/two-controllers.ts';
import { forgetCanary } from './revert/forget-canary.ts';
import { leaveDeleted, revert } from './revert/revert.ts';
import type { Seen } from './seen.ts';

/** One pass over one canary: look, hold, decide, record, tell. Gets a name, re-reads, compares. */
export async function runPass(
  ref: ObjectRef,
  deps: RolloutDeps,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<PassResult> {
  const key = `${ref.namespace ?? ''}/${ref.name}`;
  const { meter } = memory;
  const looked = meter.run(() => look(key, ref, deps, memory));
  if (looked.kind === 'gone') return forgetCanary(key, deps, memory);
  const object = looked.kind === 'unreadable' ? looked.object : looked.seen.raw;
  if (isDeleted(object))
    return isHeldByUs(object)
      ? revert(looked, object, deps, memory, signal)
      : // guard: a-foreign-finalizer-is-left-alone
        leaveDeleted(object, key, deps, memory);
  if (await yieldToOther(deps, object, memory, signal)) return ended('yield-to-other');
  if (looked.kind === 'unreadable') {
    // guard: an-invalid-canary-asks-nothing
    deps.questions.forget(key);
    return ended('report-invalid', await reportInvalid(deps, object, looked.problems, memory, signal));
  }
  const seen = withMeter(looked.seen, meter);
  return pursue(seen, planOf(seen), deps, memory, signal);
}

/** The adapters that duties and orders render with, metered. */
const withMeter = (seen: Seen, meter: Meter): Seen => ({
  ...seen,
  workload: metered(seen.workload, meter),
  router: metered(seen.router, meter),
  ...(seen.scaling === undefined
    ? {}
    : { scaling: { ...seen.scaling, scaler: metered(seen.scaling.scaler, meter) } }),
});

const reports = [reportWarnings, reportConfigs, reportRoutes];
const leaveAlone: Plan['hold'] = () => Promise.resolve(nothingHeld);

/** The duties and decisions of a canary in its place. */
function planOf(seen: Seen): Plan {
  const status = statusOf(seen.canary);
  const place = placeOf(seen, status);
  const isLeftByOthers = place === undefined || isLeft(status);
  // Nothing is written before it is known whose it is.
  // guard: an-invalid-canary-touches-nothing
  if (seen.isSecond || (isLeftByOthers && seen.problems.length > 0))
    return { hold: leaveAlone, decisions: invalid };
  if (isLeftByOthers) return { hold: leaveAlone, decisions: [...reports, ...adoption] };
  if (seen.problems.length > 0)
    return {
      hold: isUnderWay(place) ? holdWayBack : leaveAlone,
      decisions: [...reports, ...brakesOf(place)],
    };
  if (place !== 'new' && seen.ownership.claimable.length > 0)
    return { hold: leaveAlone, decisions: takingOver };
  return { hold: mayHold(seen) ? hold : leaveAlone, decisions: [...reports, ...decisionsOf(place)] };
}

/** A run is on, or has failed and is still to be carried out. */
const isUnderWay = (place: PlaceId): boolean =>
  place === 'failed' || (places[place].kind === 'moving' && place !== 'new' && place !== 'initializing');

function mayHold(seen: Seen): boolean {
  const status = statusOf(seen.canary);
  if (isUnclear(status) || status.phase === '') return false;
  // guard: suspended-before-it-ever-ran-is-left-alone
  if (isInitializing(status.phase) && seen.canary.spec.suspend === true) return false;
  return true;
}

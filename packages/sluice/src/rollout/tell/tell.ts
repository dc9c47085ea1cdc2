import { statusGauge } from '../../rules/run/phases.ts';
import { applyEffects } from '../effects.ts';
import { isTrafficThere } from '../held.ts';
import type { Recorded, Recording } from '../record/recording.ts';
import { callsOf, release } from './deliver.ts';
import { keepForFarewell } from './farewell.ts';

/** Runs what follows a recorded status: effects, Events, metrics, and the announcements that may be sent now. */
export function tell(recording: Recording, { outcome }: Recorded): void {
  // guard: effects-after-the-record
  if (outcome === 'conflict') return;
  const { draft, seen, held, memory, deps } = recording;
  const isRecorded = outcome !== 'later';
  if (isRecorded) tellRecorded(recording);
  // What was not written yet is not told.
  const status = isRecorded ? draft.status : (seen.canary.status ?? draft.status);
  keepForFarewell(memory, seen, status);
  release(memory, status, isTrafficThere(held.routes));
  const { eventWebhook } = deps.options;
  deps.deliveries.offer(seen.key, callsOf(seen, status, { released: memory.released, eventWebhook }));
}

function tellRecorded(recording: Recording): void {
  const { draft, seen, memory, deps } = recording;
  applyEffects(draft.effects, seen.key, memory, deps);
  for (const announcement of draft.announcements) {
    deps.events.record(seen.canary, announcement);
    const { reason, type } = announcement;
    deps.log.info(announcement.message, { canary: seen.key, reason, type });
  }
  count(recording);
}

function count({ draft, seen, deps }: Recording): void {
  // Flagger's series are those of the target, which is another Canary's.
  // guard: a-second-canary-sets-no-series-of-the-target
  if (seen.isSecond) return;
  const { target } = seen.names;
  const { phase, canaryWeight } = draft.status;
  deps.telemetry.canaryStatus(target, seen.namespace, statusGauge(phase));
  deps.telemetry.canaryWeight(target, seen.namespace, 100 - canaryWeight, canaryWeight);
  if (draft.ended === undefined || draft.ended.result === 'withdrawn') return;
  const { result, analysis } = draft.ended;
  deps.telemetry.runEnded(target, seen.namespace, { result, analysis, strategy: seen.strategy });
}

import { progressDeadlineMs } from '../../../rules/run/timing.ts';
import type { RunPlace } from '../../draft.ts';
import type { DutyFact, DutyName } from '../../held.ts';
import type { Waits } from '../../wait.ts';
import type { Decision } from '../decision.ts';
import { failRun } from '../run/run-ends.ts';

/** In the order in which people look for causes, with the name that `status.waiting.step` shows. */
const steps: readonly (readonly [DutyName, string])[] = [
  ['primary', 'create-primary'],
  ['services', 'create-services'],
  ['routes', 'hold-routes'],
  ['scaler', 'follow-scaler'],
  ['size', 'size-target'],
  ['finalizer', 'hold-finalizer'],
];

/** Waits for the first duty that is moving or blocked and that the run needs. */
function waitOf(fact: DutyFact, step: string): Waits | undefined {
  if (fact.state === 'matches') return undefined;
  return fact.state === 'moving' || fact.bars ? { wait: { step, ...fact.wait } } : undefined;
}

/** The same within a run, until its deadline at most: an object that cannot be written must not leave the traffic split. */
export const waitForDutiesInTime: Decision<RunPlace> = {
  name: 'wait-for-duties',
  run(moment) {
    const waits = waitForDuties.run(moment);
    if (waits === 'next' || !('wait' in waits)) return waits;
    const { seen } = moment;
    const { wait } = waits;
    const recorded = seen.canary.status?.waiting;
    const since = recorded?.step === wait.step ? Date.parse(recorded?.since ?? '') : seen.now;
    const until = since + progressDeadlineMs(seen.canary);
    // guard: duties-that-cannot-be-done-have-a-deadline
    if (seen.now >= until) return failRun(moment, wait.reason, wait.message);
    return { wait: { ...wait, until } };
  },
};

/** The objects must match the status before the next decision. */
export const waitForDuties: Decision = {
  name: 'wait-for-duties',
  run({ held }) {
    for (const [name, step] of steps) {
      const wait = waitOf(held.facts[name], step);
      if (wait !== undefined) return wait;
    }
    return 'next';
  },
};

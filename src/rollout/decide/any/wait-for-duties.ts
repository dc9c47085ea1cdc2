import type { DutyFact, DutyName } from '../../held.ts';
import type { Waits } from '../../wait.ts';
import type { Decision } from '../decision.ts';

/** In the order in which people look for causes, with the name that `status.waiting.step` shows. */
const steps: readonly (readonly [DutyName, string])[] = [
  ['primary', 'create-primary'],
  ['services', 'create-services'],
  ['routes', 'hold-routes'],
  ['scaler', 'follow-scaler'],
  ['size', 'size-target'],
  ['finalizer', 'hold-finalizer'],
];

/** What a duty still waits for, or could not do, where the rest cannot go on without it. */
function waitOf(fact: DutyFact, step: string): Waits | undefined {
  if (fact.state === 'matches') return undefined;
  return fact.state === 'moving' || fact.bars ? { wait: { step, ...fact.wait } } : undefined;
}

/** The world has to match what status says before the next thing is decided. */
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

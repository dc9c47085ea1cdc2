import { hooksOf } from '../../rules/hooks/hooks.ts';
import { waitFor } from '../wait.ts';
import type { Waits } from '../wait.ts';
import { askHook } from './ask-hook.ts';
import type { Asking } from './asking.ts';

/** The floor of `pollInterval`: whoever is polled that often is never asked for the sake of a decision. */
const freshMs = 1_000;

/**
 * The last word before a run gets more traffic or is promoted: what the rollback hooks say now, not what they said
 * when they were last polled. A yes is obeyed by ask-rollback, which asks them all the time; a hook that does not answer
 * holds the decision for its time-out and no longer.
 */
export function confirmNoRollback(asking: Asking): Waits | undefined {
  const { draft, seen } = asking;
  // All of them, so that they are asked side by side.
  const [first] = hooksOf(seen.canary, 'rollback').filter((hook) => {
    const asked = askHook(asking, hook, {
      phase: draft.status.phase,
      scope: 'run',
      polled: true,
      notBefore: seen.now - freshMs,
    });
    return asked.state === 'open' || asked.answer.outcome === 'passed';
  });
  if (first === undefined) return undefined;
  // guard: the-step-waits-for-the-rollback-hooks
  return waitFor(
    'hook',
    'AskingHook',
    `waiting for the answer of rollback hook "${first.name}" before the next step`,
    {
      name: first.name,
    },
  );
}

import { hooksOf } from '../../rules/hooks/hooks.ts';
import { waitFor } from '../wait.ts';
import type { Waits } from '../wait.ts';
import { askHook } from './ask-hook.ts';
import type { Asking } from './asking.ts';

/** The minimum of `pollInterval`: a hook that is polled this often needs no extra call before a decision. */
const freshMs = 1_000;

/**
 * Calls the rollback hooks once more before a run gets more traffic or is promoted, because their last answer may be
 * older than the last poll. `ask-rollback` obeys a yes. A hook that does not answer delays the decision by its time-out
 * at most.
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

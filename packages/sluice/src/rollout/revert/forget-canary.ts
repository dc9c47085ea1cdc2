import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import { farewellCalls } from '../tell/farewell.ts';
import { ended } from '../pass-result.ts';
import type { PassResult } from '../pass-result.ts';

/** Cancels everything in memory of a deleted canary; Kubernetes collects the objects it owned. */
export function forgetCanary(key: string, deps: RolloutDeps, memory: CanaryMemory): PassResult {
  // guard: a-deleted-canary-asks-nothing
  deps.questions.forget(key);
  deps.deliveries.forget(key);
  // guard: deletion-tells-the-end-of-its-run
  deps.deliveries.farewell(key, farewellCalls(memory));
  return ended('handle-deletion');
}

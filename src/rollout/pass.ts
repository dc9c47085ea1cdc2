import type { ObjectRef } from '../api/kube-object.ts';
import { isDeleted, isHeldByUs } from '../rules/finalizer.ts';
import type { RolloutDeps } from './deps.ts';
import { gather } from './gather.ts';
import type { CanaryMemory } from './memory.ts';
import { ended } from './pass-result.ts';
import type { PassResult } from './pass-result.ts';
import { forgetCanary } from './revert/forget-canary.ts';
import { leaveDeleted, revert } from './revert/revert.ts';
import { runSteps } from './run-steps.ts';
import { steps } from './steps/index.ts';
import { reportInvalid } from './writing/report-invalid.ts';
import { yieldToOther } from './writing/two-controllers.ts';

/** One pass over one canary: gather, decide, record, act, announce. Gets a name, re-reads, compares. */
export async function runPass(
  ref: ObjectRef,
  deps: RolloutDeps,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<PassResult> {
  const key = `${ref.namespace ?? ''}/${ref.name}`;
  const gathered = gather(key, ref, deps, memory);
  if (gathered.kind === 'gone') return forgetCanary(key, deps, memory);
  const object = gathered.kind === 'invalid' ? gathered.object : { ...gathered.world.canary };
  if (isDeleted(object))
    return isHeldByUs(object)
      ? revert(gathered, object, deps, memory, signal)
      : // guard: a-foreign-finalizer-is-left-alone
        leaveDeleted(object, key, deps, memory);
  if (await yieldToOther(deps, object, memory, signal)) return ended('yield-to-other');
  if (gathered.kind === 'invalid') {
    // guard: an-invalid-canary-asks-nothing
    deps.inquiries.forget(key);
    return ended(
      'report-invalid',
      await reportInvalid(deps, gathered.object, gathered.problems, memory, signal),
    );
  }
  return runSteps(gathered.world, steps, deps, memory, signal);
}

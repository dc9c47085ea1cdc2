import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import type { WorkResult } from '@sluice/lib/queue/work-queue.ts';
import type { RolloutDeps } from '../rollout/deps.ts';
import type { CanaryMemory } from '../rollout/memory.ts';
import type { PassResult } from '../rollout/pass-result.ts';
import { runPass } from '../rollout/pass.ts';
import { reportSetAside } from '../rollout/record/report-set-aside.ts';
import { dueAt, judgeHold } from '../rollout/set-aside.ts';

/** Runs a pass, and sets its canary aside when it took too long of the process; one that breaks has taken its time as well. */
export async function runTimedPass(
  rollout: RolloutDeps,
  { ref, canary }: { readonly ref: ObjectRef; readonly canary: AnyKubeObject | undefined },
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<PassResult> {
  const note = (again: boolean, isOthers: boolean): void => {
    const aside = canary && judgeHold(canary, memory.meter.take(), rollout.clock.now(), again);
    // Nothing is written to a Canary that another controller works on.
    if (aside !== undefined) memory.aside = { ...aside, isReported: isOthers };
    else memory.warned.delete('SetAside');
  };
  try {
    const result = await runPass(ref, rollout, memory, signal);
    note(result.again, result.stoppedAt === 'yield-to-other');
    return result;
  } catch (failure) {
    note(false, false);
    throw failure;
  }
}

/** Whether the canary is set aside for now. */
export const mustWait = ({ aside }: CanaryMemory, canary: AnyKubeObject, now: number): boolean =>
  aside !== undefined && now < dueAt(aside, canary);

/** Says once that the canary is set aside; the answer says until when nothing else is done for it. */
export async function stayAside(
  rollout: RolloutDeps,
  canary: AnyKubeObject,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<WorkResult> {
  const { aside } = memory;
  const idle = { again: false, wakeAt: undefined, failure: undefined };
  if (aside === undefined) return idle;
  const reported = aside.isReported ? {} : await reportSetAside(rollout, canary, aside, memory, signal);
  if (Object.keys(reported).length === 0) memory.aside = { ...aside, isReported: true };
  return { ...idle, ...reported, wakeAt: dueAt(aside, canary) };
}

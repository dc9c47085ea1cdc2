import type { Step, StepResult } from '../context.ts';
import { resumeScaler } from '../run/pause-scaler.ts';
import { patchObject } from '../writing/write-object.ts';
import { targetToRevert } from './target-to-revert.ts';

/** The target gets the size of the primary; one that has a scaler is woken, and its scaler does the rest. */
export const growTarget: Step = {
  name: 'grow-target',
  async run(context): Promise<StepResult> {
    const { workload, primary, canary } = context.world;
    const target = targetToRevert(context);
    if (target === undefined || workload.sizing === 'none') return 'continue';
    if (!(await resumeScaler(context))) return 'continue';
    const size = workload.replicas(target);
    const wanted = Math.max(1, primary === undefined ? 0 : workload.replicas(primary));
    const isScaled = canary.spec.autoscalerRef !== undefined && size > 0;
    if (size >= wanted || isScaled) return 'continue';
    await patchObject(context, workload.resource, target, workload.scalePatch(target, wanted));
    return 'continue';
  },
};

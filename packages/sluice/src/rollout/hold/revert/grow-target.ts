import { resumeScaler } from '../../carry-out/pause-scaler.ts';
import { patchObject } from '../../carry-out/write-object.ts';
import type { DutyFact } from '../../held.ts';
import { matches } from '../holding.ts';
import type { Holding } from '../holding.ts';
import { targetToRevert } from '../../look/target-to-revert.ts';

/** Scales the target to the size of the primary, or wakes it when it has a scaler of its own. */
export async function growTarget(holding: Holding): Promise<DutyFact> {
  const { workload, primary, canary } = holding.seen;
  const target = targetToRevert(holding.seen);
  if (target === undefined || workload.sizing === 'none') return matches;
  await resumeScaler(holding);
  const size = workload.replicas(target);
  const wanted = Math.max(1, primary === undefined ? 0 : workload.replicas(primary));
  const isScaled = canary.spec.autoscalerRef !== undefined && size > 0;
  if (size >= wanted || isScaled) return matches;
  await patchObject(holding, workload.resource, target, workload.scalePatch(target, wanted));
  return matches;
}

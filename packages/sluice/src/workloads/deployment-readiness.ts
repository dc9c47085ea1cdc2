import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asNumber, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { Readiness } from '../ports/workload.ts';

/**
 * Whether a Deployment's pods are those of its spec and enough of them are available. A Deployment of zero
 * replicas is ready: there is nothing to wait for. The pass has deadlines of its own.
 */
export function deploymentReadiness(workload: AnyKubeObject, readyPercent: number): Readiness {
  const spec = asRecord(workload['spec']);
  const status = asRecord(workload['status']);
  if ((workload.metadata.generation ?? 0) > (asNumber(status['observedGeneration']) ?? 0)) {
    return waiting('the Deployment controller has not seen the latest spec yet');
  }
  const wanted = asNumber(spec['replicas']) ?? 1;
  if (wanted === 0) return { ready: true, stuck: false, message: 'scaled to zero' };
  const gaveUp = deadlineExceeded(status);
  if (gaveUp !== undefined) return { ready: false, stuck: true, message: gaveUp };
  return judgeCounts(spec, wanted, status, readyPercent);
}

/** A paused Deployment keeps its pods as they are, whatever its template says. */
function judgeCounts(spec: JsonRecord, wanted: number, status: JsonRecord, readyPercent: number): Readiness {
  const judged = judgePods(wanted, status, readyPercent);
  return judged.ready || spec['paused'] !== true
    ? judged
    : waiting(`${judged.message}, and its rollout is paused: set spec.paused to false`);
}

function judgePods(wanted: number, status: JsonRecord, readyPercent: number): Readiness {
  const updated = asNumber(status['updatedReplicas']) ?? 0;
  const total = asNumber(status['replicas']) ?? 0;
  const available = asNumber(status['availableReplicas']) ?? 0;
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods updated`);
  if (total > updated) return waiting(`${total - updated} old pods still have to stop`);
  const needed = Math.trunc((updated * readyPercent) / 100);
  const message = `${available} of ${updated} updated pods available`;
  return available < needed
    ? waiting(`${message}, ${needed} needed`)
    : { ready: true, stuck: false, message };
}

function deadlineExceeded(status: JsonRecord): string | undefined {
  for (const item of asList(status['conditions'])) {
    const condition = asRecord(item);
    if (condition['type'] !== 'Progressing' || condition['reason'] !== 'ProgressDeadlineExceeded') continue;
    return asText(condition['message']) ?? 'its progress deadline was exceeded';
  }
  return undefined;
}

function waiting(message: string): Readiness {
  return { ready: false, stuck: false, message };
}

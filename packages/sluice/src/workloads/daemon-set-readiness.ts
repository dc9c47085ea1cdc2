import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asNumber, asRecord } from '@sluice/lib/json/json-read.ts';
import type { Readiness } from '../ports/workload.ts';
import { templateOf } from './templated-workload.ts';

/** In the node selector of a stopped DaemonSet. Flagger's name, so that each controller can start it again. */
export const stopLabel = 'flagger.app/scale-to-zero';

export function isStopped(workload: AnyKubeObject): boolean {
  return Object.hasOwn(asRecord(asRecord(templateOf(workload)['spec'])['nodeSelector']), stopLabel);
}

/**
 * Whether each scheduled node has a pod of the latest template, and enough of them are available. Kubernetes has no
 * deadline for a DaemonSet; the pass has its own.
 */
export function daemonSetReadiness(workload: AnyKubeObject, readyPercent: number): Readiness {
  const status = asRecord(workload['status']);
  const count = (name: string): number => asNumber(status[name]) ?? 0;
  if ((workload.metadata.generation ?? 0) > count('observedGeneration'))
    return waiting('the DaemonSet controller has not seen the latest spec yet');
  if (isStopped(workload)) return { ready: true, stuck: false, message: 'stopped on all nodes' };
  const desired = count('desiredNumberScheduled');
  const updated = count('updatedNumberScheduled');
  if (updated < desired) return waiting(`${updated} of ${desired} nodes have an updated pod`);
  const needed = Math.trunc((desired * readyPercent) / 100);
  const available = count('numberAvailable');
  const message = `${available} of ${desired} pods available`;
  return available < needed
    ? waiting(`${message}, ${needed} needed`)
    : { ready: true, stuck: false, message };
}

function waiting(message: string): Readiness {
  return { ready: false, stuck: false, message };
}

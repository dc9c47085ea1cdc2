import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { asNumber, asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { Workload } from '../ports/workload.ts';
import { deploymentReadiness } from './deployment-readiness.ts';
import { createTemplatedWorkload, templateOf } from './templated-workload.ts';

export const deployment: Workload = createTemplatedWorkload({
  resource: deployments,
  sizing: 'replicas',
  template: templateOf,
  rolloutFields: ['progressDeadlineSeconds', 'minReadySeconds', 'revisionHistoryLimit', 'strategy'],
  replicas,
  readiness: deploymentReadiness,
  firstSize: (target) => ({ replicas: Math.max(1, replicas(target)) }),
  promotedSize,
  scalePatch: (_workload, size) => ({ spec: { replicas: size } }),
});

function replicas(workload: AnyKubeObject): number {
  return asNumber(asRecord(workload['spec'])['replicas']) ?? 1;
}

/** The size that a promotion sets: none with an autoscaler. A stopped target never stops the primary. */
function promotedSize(target: AnyKubeObject, primary: AnyKubeObject, canary: Canary): JsonRecord {
  const wanted = replicas(target);
  if (canary.spec.autoscalerRef !== undefined || wanted === 0) return {};
  return wanted === replicas(primary) ? {} : { replicas: wanted };
}

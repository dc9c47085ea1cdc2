import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf, horizontalPodAutoscalers } from '@sluice/kube/objects/resources.ts';
import { exactly } from '@sluice/lib/json/exactly.ts';
import { asNumber, asRecord } from '@sluice/lib/json/json-read.ts';
import type { Scaler, ScalerContext } from '../ports/scaler.ts';
import { namesOf } from '../rules/objects/names.ts';
import { primaryBounds } from './primary-bounds.ts';
import { primaryMetadata } from './primary-metadata.ts';

/** Always read and written as autoscaling/v2, whichever version `autoscalerRef.apiVersion` names: the server converts. */
export const hpa: Scaler = {
  kind: 'HorizontalPodAutoscaler',
  resource: horizontalPodAutoscalers,
  primaryName: (name) => `${name}-primary`,
  render,
  // The server fills in 1; 0 exists behind a feature gate.
  minReplicas: (scaler) => asNumber(asRecord(scaler['spec'])['minReplicas']) ?? 1,
  maxReplicas: (scaler) => asNumber(asRecord(scaler['spec'])['maxReplicas']) ?? 1,
  // A workload at zero replicas is left alone by its HorizontalPodAutoscaler (condition ScalingDisabled).
  pausePatch: () => undefined,
  resumePatch: () => undefined,
};

function render(
  scaler: AnyKubeObject,
  existing: AnyKubeObject | undefined,
  context: ScalerContext,
): AnyKubeObject {
  const spec = asRecord(scaler['spec']);
  const { min, max } = primaryBounds(
    scaler,
    { min: hpa.minReplicas(scaler), max: hpa.maxReplicas(scaler) },
    context,
  );
  const wanted = {
    ...spec,
    // kind and apiVersion stay: the primary is of the target's kind.
    scaleTargetRef: { ...asRecord(spec['scaleTargetRef']), name: namesOf(context.canary).primary },
    minReplicas: min,
    maxReplicas: max,
  };
  return {
    apiVersion: apiVersionOf(horizontalPodAutoscalers),
    kind: horizontalPodAutoscalers.kind,
    metadata: primaryMetadata(scaler, hpa.primaryName(scaler.metadata.name), existing, context.canary),
    spec: exactly(existing?.['spec'], wanted),
  };
}

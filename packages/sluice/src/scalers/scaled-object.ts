import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf, scaledObjects } from '@sluice/kube/objects/resources.ts';
import { exactly } from '@sluice/lib/json/exactly.ts';
import { asNumber, asRecord, asText, asTextMap } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { Scaler, ScalerContext } from '../ports/scaler.ts';
import { namesOf } from '../rules/objects/names.ts';
import { primaryBounds } from './primary-bounds.ts';
import { primaryMetadata } from './primary-metadata.ts';
import { primaryTriggers } from './primary-triggers.ts';

/** KEDA holds its workload at this number of replicas, and neither its triggers nor its bounds count. */
const pauseAnnotation = 'autoscaling.keda.sh/paused-replicas';
/** KEDA's own label with the ScaledObject's name: KEDA would correct a copy, which is then copied again, for ever. */
const nameLabel = 'scaledobject.keda.sh/name';

/** KEDA's defaults, which it does not write into the object. */
const leastByDefault = 0;
const mostByDefault = 100;

export const scaledObject: Scaler = {
  kind: 'ScaledObject',
  resource: scaledObjects,
  primaryName: (name) => `${name}-primary`,
  render,
  minReplicas: (scaler) => asNumber(asRecord(scaler['spec'])['minReplicaCount']) ?? leastByDefault,
  maxReplicas: (scaler) => asNumber(asRecord(scaler['spec'])['maxReplicaCount']) ?? mostByDefault,
  // KEDA, unlike a HorizontalPodAutoscaler, takes a workload from zero to its minimum by itself.
  pausePatch: (scaler) => (pausedAt(scaler) === '0' ? undefined : annotated('0')),
  // A pause at another number was set by somebody else, and keeps the target running.
  resumePatch: (scaler) => (pausedAt(scaler) === '0' ? annotated(null) : undefined),
};

const pausedAt = ({ metadata }: AnyKubeObject): string | undefined => metadata.annotations?.[pauseAnnotation];

const annotated = (value: string | null): Record<string, unknown> => ({
  metadata: { annotations: { [pauseAnnotation]: value } },
});

/** Whether a primary is paused at zero: Flagger copies the pause of a target to a primary that it makes meanwhile. */
const isStopped = (primary: AnyKubeObject | undefined): boolean =>
  primary !== undefined && pausedAt(primary) === '0';

const removed: Record<string, string | undefined> = { [pauseAnnotation]: undefined };
// The type of metadata allows no `undefined`; patchTo removes such keys.
const unpaused = removed as Record<string, string>;

function render(
  scaler: AnyKubeObject,
  existing: AnyKubeObject | undefined,
  context: ScalerContext,
): AnyKubeObject {
  const name = scaledObject.primaryName(scaler.metadata.name);
  const metadata = primaryMetadata(withoutNameLabel(scaler), name, existing, context.canary);
  return {
    apiVersion: apiVersionOf(scaledObjects),
    kind: scaledObjects.kind,
    metadata: isStopped(existing) ? { ...metadata, annotations: unpaused } : metadata,
    spec: exactly(existing?.['spec'], primarySpec(scaler, context)),
  };
}

function primarySpec(scaler: AnyKubeObject, context: ScalerContext): JsonRecord {
  const spec = asRecord(scaler['spec']);
  const { canary, atLeast = 0 } = context;
  const { idleReplicaCount: idle, ...copied } = spec;
  return {
    ...copied,
    // kind, apiVersion and envSourceContainerName stay: the primary is of the target's kind.
    scaleTargetRef: { ...asRecord(spec['scaleTargetRef']), name: namesOf(canary).primary },
    ...primaryCounts(scaler, context),
    // During a run the primary is idle because the canary has its load: it must keep its replicas.
    ...(idle === undefined || atLeast > 0 ? {} : { idleReplicaCount: idle }),
    ...(spec['advanced'] === undefined ? {} : { advanced: primaryAdvanced(spec['advanced']) }),
    ...(spec['triggers'] === undefined ? {} : { triggers: primaryTriggers(spec['triggers'], canary) }),
  };
}

/** Bounds that are KEDA's defaults are left out, as in the original. */
function primaryCounts(scaler: AnyKubeObject, context: ScalerContext): JsonRecord {
  const spec = asRecord(scaler['spec']);
  const own = { min: scaledObject.minReplicas(scaler), max: scaledObject.maxReplicas(scaler) };
  const { min, max } = primaryBounds(scaler, own, context);
  return {
    ...(min === own.min && spec['minReplicaCount'] === undefined ? {} : { minReplicaCount: min }),
    ...(max === own.max && spec['maxReplicaCount'] === undefined ? {} : { maxReplicaCount: max }),
  };
}

/** Renames the HorizontalPodAutoscaler that KEDA makes: under one name it would be one for both workloads. */
function primaryAdvanced(value: unknown): JsonRecord {
  const advanced = asRecord(value);
  const config = asRecord(advanced['horizontalPodAutoscalerConfig']);
  const name = asText(config['name']) ?? '';
  if (name === '') return advanced;
  return { ...advanced, horizontalPodAutoscalerConfig: { ...config, name: `${name}-primary` } };
}

function withoutNameLabel(scaler: AnyKubeObject): AnyKubeObject {
  const { [nameLabel]: _own, ...labels } = asTextMap(scaler.metadata.labels);
  return { ...scaler, metadata: { ...scaler.metadata, labels } };
}

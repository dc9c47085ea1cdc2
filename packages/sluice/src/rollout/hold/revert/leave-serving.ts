import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { refOf } from '@sluice/kube/objects/object-ref.ts';
import { services } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import { patchTo } from '@sluice/lib/json/merge.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { revertDeadline } from '../../../rules/run/finalizer.ts';
import { adoptAnnotation } from '../../../rules/objects/object-keys.ts';
import { isMadeFor } from '../../../rules/objects/ownership.ts';
import { releasedMetadata } from '../../../rules/objects/release-objects.ts';
import type { DutyFact } from '../../held.ts';
import { configResource } from '../../look/configs.ts';
import { matches } from '../holding.ts';
import type { Holding } from '../holding.ts';

/** Milliseconds after the deadline in which a refused write is retried: an object that keeps its owner is deleted with the Canary. */
export const patienceMs = 60_000;

/**
 * Leaves the primary serving when the target does not take over in time: the primary, its scaler, Services and routes lose
 * their owner, so that Kubernetes does not delete them with the Canary.
 */
export async function leaveServing(holding: Holding): Promise<DutyFact> {
  const { seen, deps } = holding;
  const refusals = [
    ...(await disownAll(holding, () => servingObjects(holding))),
    ...(await disownAll(holding, () => copies(holding))),
  ];
  if (refusals.length === 0) return matches;
  if (seen.now < revertDeadline(seen.canary) + patienceMs) throw refusals[0];
  const error = describeError(refusals[0]);
  deps.log.warn('not all that serves could be left behind', { canary: seen.key, error });
  return matches;
}

/** Handles each object on its own: one failure must not stop the others. Returns the failures. */
async function disownAll(holding: Holding, find: () => Found | Promise<Found>): Promise<readonly unknown[]> {
  const refusals: unknown[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      holding.signal.throwIfAborted();
      refusals.push(error);
    }
  };
  await attempt(async () => {
    for (const [resource, object] of await find()) await attempt(() => disown(holding, resource, object));
  });
  return refusals;
}

type Found = readonly (readonly [ResourceType, AnyKubeObject])[];

/** The primary, its scaler, and the objects that lead traffic to it. */
function servingObjects({ seen, deps }: Holding): Found {
  const { canary, names, namespace, workload, router, scaling } = seen;
  const own = (resource: ResourceType, name: string) => [resource, { namespace, name }] as const;
  const wanted: readonly (readonly [ResourceType, ObjectRef])[] = [
    // Of a target that is a Service, the primary is one of the services.
    ...(workload.resource === services ? [] : [own(workload.resource, names.primary)]),
    ...[names.apex, names.primaryService, names.canaryService].map((name) => own(services, name)),
    ...router
      .objects(canary)
      .filter(({ access }) => access === 'own')
      .map(({ resource, ref }) => [resource, ref] as const),
    ...(scaling?.primary === undefined ? [] : [own(scaling.scaler.resource, scaling.primary.metadata.name)]),
  ];
  return wanted.flatMap(([resource, ref]) => {
    const object = deps.cache.get(resource, ref);
    return object === undefined || !isMadeFor(seen.canary, object) ? [] : [[resource, object] as const];
  });
}

/** The copies that the primary's template names, read from the server: a new process has no content in memory. */
async function copies({ seen, deps, signal }: Holding): Promise<Found> {
  const { workload, primary, namespace, canary } = seen;
  const found: (readonly [ResourceType, AnyKubeObject])[] = [];
  for (const { kind, name } of primary === undefined ? [] : workload.configReferences(primary)) {
    const resource = configResource(kind);
    try {
      const object = await deps.client.get(resource, { namespace, name }, signal);
      if (isMadeFor(canary, object)) found.push([resource, object]);
    } catch (error) {
      if (!isNotFound(error) || deps.cache.get(resource, { namespace, name }) !== undefined) throw error;
    }
  }
  return found;
}

/** Takes the owner away, and hands the object over: nothing else may show a Canary that is created again that it belongs to it. */
async function disown(holding: Holding, resource: ResourceType, object: AnyKubeObject): Promise<void> {
  const { deps, signal, seen } = holding;
  const released = releasedMetadata(seen.canary, object);
  const annotations = { ...asRecord(released['annotations']), [adoptAnnotation]: 'true' };
  const metadata = { ...released, annotations };
  const patch = patchTo(object, { metadata });
  if (patch === undefined) return;
  const { resourceVersion } = object.metadata;
  const body = { metadata: { ...asRecord(patch['metadata']), resourceVersion } };
  // Not remembered: a Secret's content has no place in the cache.
  // guard: what-serves-is-left-behind-at-the-deadline
  await deps.client.mergePatch(resource, refOf(object), body, {}, signal);
}

import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { refOf } from '@sluice/kube/objects/object-ref.ts';
import { endpointSlices } from '@sluice/kube/objects/resources.ts';
import type { ReadObject } from '../../ports/router.ts';
import { sameWeights } from '../../rules/traffic/guard-routes.ts';
import { countReadyEndpoints } from '../../rules/traffic/ready-endpoints.ts';
import { findAtServer } from '../carry-out/find-at-server.ts';
import { objectKey } from '../look/own-objects.ts';
import { readerOf } from '../look/reader.ts';
import { waitFor } from '../wait.ts';
import type { Wait } from '../wait.ts';
import type { Holding } from './holding.ts';

/** Milliseconds until the server is asked again, should no change arrive. A doubted watch is listed anew after one second. */
const againMs = 5_000;

/**
 * Reads the routes and the primary's endpoints from the API server, right before the target's pods are stopped: a watch can
 * be silent for minutes before that is noticed, and pods that are gone cannot serve meanwhile. One request for each route and
 * one for the endpoints. Returns why the pods must stay; undefined when the server says what the caches say.
 */
export async function lookAtServer(holding: Holding): Promise<Wait | undefined> {
  const [isMoved, isDown] = await Promise.all([
    unlessRefused(holding, () => isRouteMoved(holding)),
    unlessRefused(holding, () => isPrimaryDown(holding)),
  ]);
  const { target, primary, primaryService } = holding.seen.names;
  const until = holding.seen.now + againMs;
  // guard: endpoints-are-read-before-the-target-stops
  if (isDown) {
    const message = `${target} keeps running: by the API server, service ${primaryService} has no ready endpoints`;
    return waitFor('workload', 'ScaleDownHeld', message, { name: primary, until }).wait;
  }
  // guard: routes-are-read-before-the-target-stops
  if (isMoved) {
    const message = `${target} keeps running until its traffic has moved to ${primary}: by the API server, the routes say something else`;
    return waitFor('routes', 'TrafficMoving', message, { until }).wait;
  }
  return undefined;
}

/** The caches decide when the server refuses the read itself: then nothing more can be known. */
async function unlessRefused(holding: Holding, look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    holding.signal.throwIfAborted();
    if (error instanceof KubeError && !error.retryable) return false;
    throw error;
  }
}

/** Whether somebody has changed the weights, and the watch has not told of it. */
async function isRouteMoved(holding: Holding): Promise<boolean> {
  const { seen, deps, signal } = holding;
  const { router, canary } = seen;
  if (!router.capabilities.weights) return false;
  const cached = readerOf(deps);
  const written = router.objects(canary).filter(({ access }) => access !== 'read');
  const fresh = new Map<string, AnyKubeObject | undefined>();
  await Promise.all(
    written.map(async ({ resource, ref }) => {
      fresh.set(objectKey(resource, ref), await findAtServer(holding, resource, ref));
    }),
  );
  signal.throwIfAborted();
  const known = router.observe(canary, cached);
  const told = router.observe(canary, readFirst(fresh, cached));
  if (known === undefined || (told !== undefined && sameWeights(known.weights, told.weights))) return false;
  for (const { resource, ref } of written) deps.cache.doubt(resource, ref);
  return true;
}

const readFirst = (fresh: ReadonlyMap<string, AnyKubeObject | undefined>, cached: ReadObject): ReadObject =>
  Object.assign((resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined => {
    const key = objectKey(resource, ref);
    return fresh.has(key) ? fresh.get(key) : cached(resource, ref);
  }, cached);

/** Whether the primary's endpoints are gone, and the watch has not told of it. */
async function isPrimaryDown({ seen, deps, signal }: Holding): Promise<boolean> {
  const { namespace, names } = seen;
  const label = 'kubernetes.io/service-name';
  const cached = deps.cache.list(endpointSlices, namespace, { [label]: names.primaryService });
  // A Service that leads outside has none.
  if (countReadyEndpoints(cached) === 0) return false;
  const labelSelector = `${label}=${names.primaryService}`;
  const { items } = await deps.client.list(endpointSlices, { namespace, labelSelector }, signal);
  if (countReadyEndpoints(items) > 0) return false;
  for (const slice of cached) deps.cache.doubt(endpointSlices, refOf(slice));
  return true;
}

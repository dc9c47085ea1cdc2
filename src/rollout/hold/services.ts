import type { AnyKubeObject, ResourceType } from '../../api/kube-object.ts';
import type { RouteObject } from '../../ports/router.ts';
import { isInitializing } from '../../rules/phases.ts';
import { renderServices } from '../../rules/render-services.ts';
import { writeObject } from '../carry-out/write-object.ts';
import type { DutyFact } from '../held.ts';
import { isPrimaryReady } from '../look/readiness.ts';
import { blockedBy, matches, readerOf } from './holding.ts';
import type { Holding } from './holding.ts';

/** Keeps the two side services, and the apex service once the primary can take what the apex sends. */
export async function holdServices(holding: Holding): Promise<DutyFact> {
  const { seen, status } = holding;
  if (seen.target === undefined) return matches;
  const apexMayMove = !isInitializing(status.phase) || isPrimaryReady(seen);
  let fact = matches;
  for (const { resource, object } of servicesOf(holding, seen.target)) {
    // guard: apex-moves-with-a-ready-primary
    if (object.metadata.name === seen.names.apex && !apexMayMove) continue;
    const written = await write(holding, resource, object);
    if (written.state !== 'matches') fact = written;
  }
  return fact;
}

function servicesOf(holding: Holding, target: AnyKubeObject): readonly RouteObject[] {
  const { workload, canary } = holding.seen;
  const { selectorLabels, includeLabelPrefixes } = holding.deps.options;
  const read = readerOf(holding);
  const selector = workload.selector(target, selectorLabels);
  return selector === undefined
    ? workload.ownServices(target, { canary, includeLabelPrefixes }, read)
    : renderServices(canary, selector, workload.discoverPorts(target, canary), read);
}

/** An existing Service keeps working when updating it fails; without one the run has to wait. */
async function write(holding: Holding, resource: ResourceType, object: AnyKubeObject): Promise<DutyFact> {
  try {
    await writeObject(holding, resource, object);
    return matches;
  } catch (error) {
    holding.signal.throwIfAborted();
    const { namespace = '', name } = object.metadata;
    const stands = holding.deps.cache.get(resource, { namespace, name }) !== undefined;
    return blockedBy(holding, error, !stands);
  }
}

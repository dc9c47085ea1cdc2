import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { RouteObject } from '../../ports/router.ts';
import type { ServicePort } from '../../ports/workload.ts';
import { renderServices } from '../../rules/objects/render-services.ts';
import { includes } from '../../rules/objects/release-objects.ts';
import { isInitializing } from '../../rules/run/phases.ts';
import { writeObject } from '../carry-out/write-object.ts';
import { clearWarning, warnOnce } from '../draft.ts';
import type { DutyFact } from '../held.ts';
import { readerOf } from '../look/reader.ts';
import { isPrimaryReady } from '../look/readiness.ts';
import type { Seen } from '../seen.ts';
import { blockedBy, matches } from './holding.ts';
import type { Holding } from './holding.ts';

/** Keeps the two side services, and the apex service once the primary can take what the apex sends. */
export async function holdServices(holding: Holding): Promise<DutyFact> {
  const { seen } = holding;
  if (seen.target === undefined) return matches;
  warnOfShared(holding, seen.target);
  let fact = matches;
  for (const { resource, object } of servicesOf(holding, seen.target)) {
    if (!mayMove(holding, object.metadata.name)) continue;
    const written = await write(holding, resource, object);
    if (written.state !== 'matches') fact = written;
  }
  return fact;
}

/** Points live Services at a new primary once it is ready. */
function mayMove({ seen, status }: Holding, name: string): boolean {
  if (!isInitializing(status.phase)) return true;
  // guard: apex-moves-with-a-ready-primary
  if (name === seen.names.apex) return isPrimaryReady(seen);
  const wasServedBefore = (seen.serving.former ?? []).some(({ service }) => service === seen.names.apex);
  // Of another target, which took its service along: its own pods say whether they are ready, for they have no other service.
  if (name !== seen.names.primaryService || !wasServedBefore || seen.primary === undefined) return true;
  return seen.workload.readiness(seen.primary, seen.canary.spec.analysis.primaryReadyThreshold ?? 100).ready;
}

/**
 * Keeps the apex and primary Service on the selector and ports of the primary as it is. New selectors and ports of target
 * and spec apply to the canary Service only, until they are promoted.
 */
function servicesOf(holding: Holding, target: AnyKubeObject): readonly RouteObject[] {
  const { workload, canary, primary, asked, serving } = holding.seen;
  const { selectorLabels, includeLabelPrefixes } = holding.deps.options;
  const read = readerOf(holding.deps);
  const selectors = workload.selectors(target, primary, selectorLabels);
  if (selectors === undefined) return workload.ownServices(target, { canary, includeLabelPrefixes }, read);
  const { portDiscovery = false } = canary.spec.service ?? {};
  const sideOf = (pods: AnyKubeObject, port: ServicePort) => ({
    port,
    discovered: workload.discoverPorts(pods, port),
  });
  const sides = {
    key: selectors.key,
    canary: { selector: selectors.canary, ...sideOf(target, { ...asked, portDiscovery }) },
    primary: primary && { selector: selectors.primary, ...sideOf(primary, { ...serving, portDiscovery }) },
  };
  return renderServices(canary, sides, read);
}

/** An existing Service keeps working when its update fails; a missing one makes the run wait. */
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

/**
 * Warns when the selector of an existing primary also picks the pods of another workload: both get each other's requests.
 * The selector itself cannot be changed.
 */
function warnOfShared(holding: Holding, target: AnyKubeObject): void {
  const other = sharedWith(holding.seen, target, holding);
  if (other === undefined) return clearWarning(holding, 'SelectorShared');
  const { names, workload } = holding.seen;
  const message =
    `the selector of ${names.primary} also picks the pods of ${workload.kind} ${other}, which get a part of its requests: ` +
    `delete ${names.primary} in a quiet hour, and it is made again with all labels of ${names.target}`;
  warnOnce(holding, 'SelectorShared', message);
}

function sharedWith(
  { workload, primary, names, namespace }: Seen,
  target: AnyKubeObject,
  { deps }: Holding,
): string | undefined {
  const selectors = primary && workload.selectors(target, primary, deps.options.selectorLabels);
  if (selectors === undefined) return undefined;
  // Those that we make hold all labels of the target, so they pick no more than the target's own.
  if (Object.keys(selectors.primary).length >= Object.keys(selectors.canary).length) return undefined;
  const others = deps.cache.list(workload.resource, namespace).filter(({ metadata }) => {
    return metadata.name !== names.primary && metadata.name !== names.target;
  });
  return others.find((other) => includes(workload.podLabels(other), selectors.primary))?.metadata.name;
}

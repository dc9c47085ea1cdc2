import type { AnyKubeObject, ObjectMeta } from '@sluice/kube/objects/kube-object.ts';
import type { Canary } from '../api/canary.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { keyOf } from '../rules/objects/names.ts';
import { isToolkitKey } from '../rules/objects/object-keys.ts';
import { isMadeFor, ownersOf } from '../rules/objects/ownership.ts';

/**
 * Metadata of a primary's scaler: the labels of the target's without Flux's marks, and no annotation (kubectl's and
 * a pause are not true of the primary). Throws when somebody else controls an object of that name: two programs
 * that write one scaler would scale against each other.
 */
export function primaryMetadata(
  scaler: AnyKubeObject,
  name: string,
  existing: AnyKubeObject | undefined,
  canary: Canary,
): ObjectMeta {
  refuseForeign(existing, canary);
  const { namespace, labels } = scaler.metadata;
  const ownerReferences = ownersOf(canary, existing);
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !isToolkitKey(key))),
    ...(ownerReferences && { ownerReferences }),
  };
}

function refuseForeign(existing: AnyKubeObject | undefined, canary: Canary): void {
  if (existing === undefined || isMadeFor(canary, existing)) return;
  const owner = existing.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (owner === undefined) return;
  throw new SluiceError(
    `${existing.kind} ${keyOf(existing)} should scale the primary of Canary ${keyOf(canary)}, ` +
      `but belongs to ${owner.kind} ${owner.name}; rename one of them, or take it out of ${owner.kind} ${owner.name}`,
  );
}

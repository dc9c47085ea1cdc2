import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Seen } from '../seen.ts';

/** The target that can take over; one that goes away with the Canary leaves nothing to revert to. */
export function targetToRevert({ target }: Seen): AnyKubeObject | undefined {
  return target?.metadata.deletionTimestamp === undefined ? target : undefined;
}

import type { AnyKubeObject } from '../../api/kube-object.ts';
import type { PassContext } from '../context.ts';

/** The target that can take over; one that goes away with the Canary leaves nothing to revert to. */
export function targetToRevert({ world: { target } }: PassContext): AnyKubeObject | undefined {
  return target?.metadata.deletionTimestamp === undefined ? target : undefined;
}

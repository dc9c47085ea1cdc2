import { SluiceError } from '../../lib/sluice-error.ts';
import { primaryContext } from '../look/primary-context.ts';
import type { Waits } from '../wait.ts';
import { copyConfigs } from './copy-configs.ts';
import type { Copying } from './copy-configs.ts';
import { patchObject } from './write-object.ts';

/**
 * What a decision wants done to the world before it counts. Data: the pass carries it out after the brakes were heard, and
 * throws the decision away when it fails. Each can be done twice.
 */
export type Order =
  /** Copies what was analysed to the primary, the configuration first. */
  | 'copy-to-primary'
  /** Notes the revision on a primary that runs it already; its pods stay. */
  | 'note-revision'
  /** Brings the primary's copies back to the configuration it was made with. */
  | 'restore-copies';

/** Carries out an order; the answer is what it still waits for. Throws `KubeError` and `SluiceError`. */
export async function carryOut(order: Order, copying: Copying): Promise<Waits | undefined> {
  // guard: copies-before-the-primary
  if (order !== 'note-revision') {
    const held = await copyConfigs(copying);
    if (held !== undefined || order === 'restore-copies') return held;
  }
  return promote(copying);
}

async function promote(copying: Copying): Promise<undefined> {
  const { target, primary, revision, workload, names } = copying.seen;
  if (target === undefined || primary === undefined || revision === undefined)
    throw new SluiceError(`${names.target} and ${names.primary} must exist for a promotion`);
  const patch = workload.promotionPatch(target, primary, primaryContext(copying, revision));
  if (Object.keys(patch).length > 0) await patchObject(copying, workload.resource, primary, patch);
}

import { asRecord } from '@sluice/lib/json/json-read.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { previousAnnotation } from '../../rules/objects/object-keys.ts';
import { previousName } from '../../rules/run/previous.ts';
import { primaryContext } from '../look/primary-context.ts';
import type { Waits } from '../wait.ts';
import { copyConfigs } from './copy-configs.ts';
import type { Copying } from './copy-configs.ts';
import { keepPrevious, putCopiesBack, readPrevious } from './keep-previous.ts';
import { patchObject } from './write-object.ts';

/**
 * Work that a decision needs before it is recorded, as data. The pass carries it out after the brakes, and drops the decision
 * when it fails. Every order is idempotent.
 */
export type Order =
  /** Copies what was analysed to the primary, the configuration first. */
  | 'copy-to-primary'
  /** Notes the revision on a primary that runs it already; its pods stay. */
  | 'note-revision'
  /** Brings the primary's copies back to the configuration it was made with. */
  | 'restore-copies'
  /** Restores the copies that were kept, as far as possible: the run ends even when this fails. */
  | 'put-copies-back';

/** Carries out an order; the answer is what it still waits for. Throws `KubeError` and `SluiceError`. */
export async function carryOut(order: Order, copying: Copying): Promise<Waits | undefined> {
  if (order === 'put-copies-back') return putKeptBack(copying);
  const previous = order === 'copy-to-primary' ? await keepPrevious(copying) : undefined;
  // guard: copies-before-the-primary
  if (order !== 'note-revision') {
    const held = await copyConfigs(copying);
    if (held !== undefined || order === 'restore-copies') return held;
  }
  return promote(copying, previous);
}

async function promote(copying: Copying, previous: string | undefined): Promise<undefined> {
  const { target, primary, revision, workload, names } = copying.seen;
  if (target === undefined || primary === undefined || revision === undefined)
    throw new SluiceError(`${names.target} and ${names.primary} must exist for a promotion`);
  const patch = workload.promotionPatch(target, primary, primaryContext(copying, revision));
  const noted = previous === undefined ? patch : withAnnotation(patch, previousAnnotation, previous);
  if (Object.keys(noted).length > 0) await patchObject(copying, workload.resource, primary, noted);
}

function withAnnotation(patch: Readonly<Record<string, unknown>>, key: string, value: string) {
  const metadata = asRecord(patch['metadata']);
  return {
    ...patch,
    metadata: { ...metadata, annotations: { ...asRecord(metadata['annotations']), [key]: value } },
  };
}

async function putKeptBack(copying: Copying): Promise<undefined> {
  const { seen, deps, signal } = copying;
  const { run } = seen.canary.status ?? {};
  if (run === undefined) return;
  const name = previousName(seen.names.primary, run.id);
  try {
    const kept = await readPrevious(copying, name);
    if (kept !== undefined) await putCopiesBack(copying, name, kept.copies);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof KubeError)) throw error;
    deps.log.warn('copies of the configuration were not put back', {
      canary: seen.key,
      error: describeError(error),
    });
  }
}

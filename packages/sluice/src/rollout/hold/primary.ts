import { primaryRevision } from '../../rules/run/revision.ts';
import { isInitializing, isResting, isUndoing } from '../../rules/run/phases.ts';
import { buildPrimary } from '../carry-out/build-primary.ts';
import { copyConfigs } from '../carry-out/copy-configs.ts';
import { patchObject } from '../carry-out/write-object.ts';
import { requiredReplicas } from '../look/required-replicas.ts';
import { announce, clearWarning, warnOnce } from '../draft.ts';
import type { DutyFact } from '../held.ts';
import { unknownConfigs } from '../look/config-state.ts';
import { hasNeverStarted } from '../look/first-revision.ts';
import { primaryContext } from '../look/primary-context.ts';
import { describeTarget } from '../look/describe-target.ts';
import { waitFor } from '../wait.ts';
import type { Waits } from '../wait.ts';
import { undoCopy } from './undo-copy.ts';
import { matches } from './holding.ts';
import type { Holding } from './holding.ts';

/** Keeps the primary existing, at its revision, and large enough for its traffic. */
export async function holdPrimary(holding: Holding): Promise<DutyFact> {
  const { seen, status } = holding;
  if (seen.target !== undefined) clearWarning(holding, 'TargetMissing');
  if (seen.primary !== undefined) clearWarning(holding, 'PrimaryMissing');
  if (isInitializing(status.phase)) return initialize(holding);
  if (seen.target === undefined)
    warnOnce(holding, 'TargetMissing', `${describeTarget(seen)} does not exist; create it again`);
  if (seen.primary === undefined) return restore(holding);
  if (isUndoing(status)) {
    const undone = await undoCopy(holding);
    if (undone.state !== 'matches') return undone;
  }
  return (await wake(holding)) ?? (await grow(holding)) ?? matches;
}

/** Builds the primary from the target; the first revision is not analysed. */
async function initialize(holding: Holding): Promise<DutyFact> {
  const { seen } = holding;
  if (seen.target === undefined) {
    const message = `${describeTarget(seen)} does not exist; create it, or change spec.targetRef`;
    warnOnce(holding, 'TargetMissing', message);
    return moving(waitFor('workload', 'TargetMissing', message, { name: seen.names.target }));
  }
  if (seen.primary === undefined) return moving(unknownConfigs(seen) ?? (await buildPrimary(holding)));
  return isOutdated(holding) &&
    // guard: a-first-revision-that-comes-up-is-not-replaced
    hasNeverStarted(seen, holding.status)
    ? replaceFirst(holding)
    : matches;
}

const moving = ({ wait }: Waits): DutyFact => ({ state: 'moving', wait });

/** The target has changed before its first revision ever served. */
function isOutdated({ seen }: Holding): boolean {
  const made = seen.primary && primaryRevision(seen.primary);
  return made !== undefined && seen.revision !== undefined && made !== seen.revision;
}

/** Replaces a first revision that never served with the next one, also without analysis. */
async function replaceFirst(holding: Holding): Promise<DutyFact> {
  const { target, primary, revision, workload, names } = holding.seen;
  if (target === undefined || primary === undefined || revision === undefined) return matches;
  const held = await copyConfigs(holding);
  if (held !== undefined) return moving(held);
  const patch = workload.promotionPatch(target, primary, primaryContext(holding, revision));
  // guard: a-first-revision-that-never-comes-up-is-replaced
  await patchObject(holding, workload.resource, primary, patch);
  return moving(
    waitFor('workload', 'PrimaryUpdating', `${names.primary} is being updated`, { name: names.primary }),
  );
}

/**
 * Builds a deleted primary again, but only from a revision that was promoted or is being promoted. A run continues without
 * it, with all traffic at the canary, and its promotion builds the primary.
 */
async function restore(holding: Holding): Promise<DutyFact> {
  const { seen } = holding;
  const unknown = unknownConfigs(seen);
  if (unknown !== undefined) return cannot(holding, unknown);
  if (/* guard: primary-is-rebuilt-from-trusted-revisions */ isTrusted(holding))
    return moving(await buildPrimary(holding));
  const message =
    `${seen.workload.kind} ${seen.namespace}/${seen.names.primary} is gone, and ${seen.names.target} is not the ` +
    'revision that was promoted; put it back to that revision';
  warnOnce(holding, 'PrimaryMissing', message);
  return cannot(holding, waitFor('person', 'PrimaryMissing', message));
}

/** A run continues without its primary; at rest the canary waits for it. */
const cannot = ({ status }: Holding, { wait }: Waits): DutyFact => ({
  state: 'blocked',
  // guard: a-run-goes-on-without-its-primary
  bars: isResting(status.phase),
  wait,
});

function isTrusted({ seen, status }: Holding): boolean {
  const { phase, lastPromotedSpec, run } = status;
  if (seen.revision === undefined) return false;
  const promoting = (phase === 'Promoting' || phase === 'Finalising') && run?.undo === undefined;
  return seen.revision === lastPromotedSpec || (promoting && seen.revision === run?.revision);
}

/**
 * Scales up a primary that was scaled to zero during a run, because it could not take the traffic back. At rest a primary
 * at zero is left alone: somebody wants it so.
 */
async function wake(holding: Holding): Promise<DutyFact | undefined> {
  const { target, primary, workload, names } = holding.seen;
  if (target === undefined || primary === undefined) return undefined;
  const size = workload.replicas(target);
  if (workload.replicas(primary) > 0 || /* guard: primary-at-zero-at-rest-is-a-wish */ size === 0)
    return undefined;
  // guard: primary-is-woken
  await patchObject(holding, workload.resource, primary, workload.scalePatch(primary, size));
  const now =
    workload.sizing === 'replicas' ? `was at zero and is scaled to ${size}` : 'was stopped, and runs again';
  announce(holding, 'Warning', 'PrimaryWoken', `${names.primary} ${now}`);
  return matches;
}

/**
 * Scales the promoted primary to the size for all traffic before it gets all traffic. Its scaler has the same minimum by
 * then, but reacts late.
 */
async function grow(holding: Holding): Promise<DutyFact | undefined> {
  const { seen, status } = holding;
  const { primary, workload, names } = seen;
  if (status.phase !== 'Promoting' || primary === undefined) return undefined;
  if (primaryRevision(primary) !== status.run?.revision) return undefined;
  const wanted = requiredReplicas(seen, status);
  if (wanted === undefined || workload.replicas(primary) >= wanted) return undefined;
  await patchObject(holding, workload.resource, primary, workload.scalePatch(primary, wanted));
  const message = `${names.primary} is being scaled to ${wanted}, to take all traffic`;
  return moving(waitFor('workload', 'PrimaryGrowing', message, { name: names.primary }));
}

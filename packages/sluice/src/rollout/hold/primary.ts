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

/** The primary exists, runs what it is to run, and is as large as its traffic needs. */
export async function holdPrimary(holding: Holding): Promise<DutyFact> {
  const { seen, status } = holding;
  if (seen.target !== undefined) clearWarning(holding, 'TargetMissing');
  if (seen.primary !== undefined) clearWarning(holding, 'PrimaryMissing');
  if (isInitializing(status.phase)) return initialize(holding);
  if (seen.target === undefined)
    warnOnce(holding, 'TargetMissing', `${describeTarget(seen)} does not exist; create it again`);
  if (seen.primary === undefined) return restore(holding);
  if (isUndoing(status)) return undoCopy(holding);
  return (await wake(holding)) ?? (await grow(holding)) ?? matches;
}

/** Builds the primary from the target, which nobody has looked at: the first revision is taken as it is. */
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

/** The target moved on from a first revision that nobody was ever served by. */
function isOutdated({ seen }: Holding): boolean {
  const made = seen.primary && primaryRevision(seen.primary);
  return made !== undefined && seen.revision !== undefined && made !== seen.revision;
}

/** A first revision that never served is nothing to hold on to: the next one takes its place, unanalysed as it was. */
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
 * Builds the primary again when somebody deleted it, but only from a revision that was promoted or is being
 * promoted. A run goes on without it, the canary alone in the routes; its promotion makes the primary anew.
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

/** A run goes on without its primary; at rest that is what is waited for. */
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
 * A primary that somebody, or its scaler, put to zero while the canary runs can take no traffic back: it is
 * woken. At rest a primary at zero is a wish.
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
 * Scales the promoted primary to what all traffic needs before it gets all traffic: its scaler has the same lower bound
 * by now, but looks only now and then.
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

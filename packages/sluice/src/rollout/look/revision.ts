import { sameJson } from '@sluice/lib/json/merge.ts';
import { isUndecided } from '../../rules/run/phases.ts';
import { fencedRevision, revisionOf } from '../../rules/run/revision.ts';
import { fullRevision } from '../../rules/configs/tracked-configs.ts';
import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import type { CanaryStatus } from '../../api/canary-status.ts';
import { runsPromoted } from './runs-promoted.ts';
import type { Seen } from '../seen.ts';

type Unnamed = Pick<Seen, 'canary' | 'target' | 'configs' | 'workload'>;

/** Of the target and its configuration as they are now; undefined when there is no target, or nobody can tell. */
export function readRevision(
  { canary, target, configs, templateRevision }: Unnamed & Pick<Seen, 'templateRevision'>,
  deps: Pick<RolloutDeps, 'options'>,
): string | undefined {
  if (target === undefined || templateRevision === undefined) return undefined;
  const { run, lastAppliedSpec, trackedConfigs, phase } = canary.status ?? {};
  const ofRun = run && { uid: run.targetUid, generation: run.targetGeneration, revision: run.revision };
  const recorded = fullRevision(templateRevision, trackedConfigs ?? {});
  if (configs.state !== 'known') {
    // Template and configuration are often applied together: one new revision, not two.
    // guard: template-and-configuration-are-one-revision
    if (configs.state === 'unknown' && configs.inFlight === true) return undefined;
    // Whatever the configuration is by now: a run whose template moved on is about something else.
    const isOpen = phase !== undefined && (isUndecided(phase) || phase === 'Promoting');
    const revision = fencedRevision(target, recorded, [ofRun]);
    return isOpen && run !== undefined && revision !== run.revision
      ? revision
      : // guard: unread-configuration-makes-no-revision
        undefined;
  }
  // A flag of the controller must not start a run of each of its canaries: what was tracked counts on until the target changes.
  if (!deps.options.configTracking && recorded === lastAppliedSpec) return recorded;
  const revision = fullRevision(templateRevision, configs.checksums);
  const isRecorded = sameJson(trackedConfigs ?? {}, configs.checksums);
  return isRecorded ? fencedRevision(target, revision, [ofRun]) : revision;
}

/** Of the target's pod template alone; undefined when there is none. */
export function readTemplateRevision(
  { target, workload }: Unnamed,
  memory: Pick<CanaryMemory, 'target'>,
): string | undefined {
  if (target === undefined) return undefined;
  // Hashed only when it was not seen at this generation before.
  const seen = fencedRevision(target, '', [memory.target]);
  const revision = seen === '' ? revisionOf(workload.revisionInput(target)) : seen;
  const { uid, generation } = target.metadata;
  if (uid !== undefined && generation !== undefined) memory.target = { uid, generation, revision };
  return revision;
}

/**
 * Whether a run is due: the target is neither the revision that was promoted nor the one last acted on. Undefined while
 * nobody can tell.
 */
export function isNewRevision(seen: Seen, status: CanaryStatus): boolean | undefined {
  const { revision, configs } = seen;
  if (configs.state !== 'known') return undefined;
  if (revision === undefined) return false;
  const promoted =
    revision === status.lastPromotedSpec &&
    // guard: at-rest-promoted-counts-only-where-the-primary-runs-it
    runsPromoted(seen, status.lastPromotedSpec);
  return (
    !promoted &&
    // guard: a-failed-revision-is-not-retried
    revision !== status.lastAppliedSpec
  );
}

import type { CanaryStatus } from '../../api/canary-status.ts';
import { sameJson } from '../../lib/merge.ts';
import { fullRevision } from '../../rules/tracked-configs.ts';
import { stop } from '../context.ts';
import type { PassContext, Stop } from '../context.ts';
import { readReadySides } from '../readiness.ts';

/** Why nobody can say which revision the target is: a ConfigMap or Secret is missing, or could not be read. */
export function configsStop({ world: { configs } }: PassContext): Stop | undefined {
  if (configs.state === 'known') return undefined;
  if (configs.state === 'missing') return stop('workload', configs.message, { name: configs.name });
  return stop('api', configs.message, configs.retryAt === undefined ? {} : { until: configs.retryAt });
}

/** Records the configuration beside the revision that it is part of. */
export function noteConfigs(context: PassContext): void {
  const { world, draft } = context;
  if (world.configs.state !== 'known') return;
  const { checksums } = world.configs;
  const trackedConfigs = Object.keys(checksums).length === 0 ? null : checksums;
  draft.status = { ...draft.status, trackedConfigs };
}

/**
 * Pods of the target may run, and what they read when they started is not what is read now: they must not be judged.
 * Under traffic they cannot be stopped for it, but a new template replaces them.
 */
export function hasStalePods(context: PassContext): boolean {
  const { world, draft } = context;
  if (world.configs.state !== 'known' || isTargetDown(context)) return false;
  if (sameJson(draft.status.trackedConfigs ?? {}, world.configs.checksums)) return false;
  return draft.status.canaryWeight === 0 || !hasNewTemplate(context);
}

function hasNewTemplate({ world, draft }: PassContext): boolean {
  const { run, trackedConfigs } = draft.status;
  return fullRevision(world.templateRevision ?? '', trackedConfigs ?? {}) !== run?.revision;
}

/** A run whose pods read an older configuration when they started: they are stopped before anything is judged. */
export const mustRestart = ({ run, phase }: CanaryStatus): boolean =>
  run?.stalePods === true && phase === 'Progressing';

/** Nothing of the target runs, and nothing is about to: one scaled up while its pods are still being stopped may keep them. */
export function isTargetDown({ world, deps }: PassContext): boolean {
  const { target, workload, namespace, names } = world;
  if (target === undefined) return true;
  if (workload.replicas(target) > 0 || !workload.readiness(target, 100).ready) return false;
  return !readReadySides(deps, namespace, names).canary;
}

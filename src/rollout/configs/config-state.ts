import { sameJson } from '../../lib/merge.ts';
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

/** Pods of the target may run, and what they read when they started is not what is read now: they must not be judged. */
export function hasStalePods(context: PassContext): boolean {
  const { world, draft } = context;
  if (world.configs.state !== 'known') return false;
  return !sameJson(draft.status.trackedConfigs ?? {}, world.configs.checksums) && !isTargetDown(context);
}

/** Nothing of the target runs, and nothing is about to: one scaled up while its pods are still being stopped may keep them. */
export function isTargetDown({ world, deps }: PassContext): boolean {
  const { target, workload, namespace, names } = world;
  if (target === undefined) return true;
  if (workload.replicas(target) > 0 || !workload.readiness(target, 100).ready) return false;
  return !readReadySides(deps, namespace, names).canary;
}

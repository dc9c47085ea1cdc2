import { primaryContext } from '../look/primary-context.ts';
import { waitFor } from '../wait.ts';
import type { Waits } from '../wait.ts';
import { copyConfigs } from './copy-configs.ts';
import type { Copying } from './copy-configs.ts';

/** Creates the primary from the target as it is now, after the copies that its pods read. */
export async function buildPrimary(copying: Copying): Promise<Waits> {
  const { seen, deps, signal } = copying;
  const { target, revision, workload, names } = seen;
  if (target === undefined || revision === undefined)
    return waitFor('workload', 'TargetMissing', `${names.target} cannot be read yet`, { name: names.target });
  const held = await copyConfigs(copying);
  if (held !== undefined) return held;
  const primary = workload.buildPrimary(target, primaryContext(copying, revision));
  deps.cache.remember(workload.resource, await deps.client.create(workload.resource, primary, signal));
  return waitFor('workload', 'PrimaryStarting', `${names.primary} was created and is starting`, {
    name: names.primary,
  });
}

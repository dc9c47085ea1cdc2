import { secrets } from '@sluice/kube/objects/resources.ts';
import { isConflict } from '@sluice/kube/objects/kube-error.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import {
  decodeReleaseJson,
  encodeReleaseJson,
  type HelmHook,
  type HookRun,
  revisionOf,
  withHookRun,
} from './helm-release.ts';

/** The Secret of the newest revision. Throws `SluiceError` when there is no such release. */
export async function findReleaseSecret(
  kube: KubeClient,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<AnyKubeObject> {
  const found = await kube.list(secrets, { namespace, labelSelector: `name=${name},owner=helm` }, signal);
  const newest = found.items.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
  if (newest === undefined)
    throw new SluiceError(`release: not found (no release ${name} in namespace ${namespace})`);
  return newest;
}

const mostAttempts = 5;

/** Records a hook's run in its release. Only that hook's entry changes, also when others write meanwhile. */
export async function recordHookRun(
  deps: { readonly kube: KubeClient; readonly clock: Clock },
  secret: { readonly namespace: string; readonly name: string },
  hook: HelmHook,
  run: HookRun,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const current = await deps.kube.get(secrets, secret, signal);
    const release = encodeReleaseJson(withHookRun(decodeReleaseJson(current), hook, run));
    const modifiedAt = String(Math.floor(deps.clock.now() / 1000));
    const { resourceVersion } = current.metadata;
    const patch = { metadata: { resourceVersion, labels: { modifiedAt } }, data: { release } };
    try {
      await deps.kube.mergePatch(secrets, secret, patch, {}, signal);
      return;
    } catch (error) {
      if (!isConflict(error) || attempt === mostAttempts) throw error;
    }
  }
}

import { parseCanary } from '../api/parse-canary.ts';
import type { Canary } from '../api/canary.ts';
import type { Abort, Run } from '../api/canary-status.ts';
import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../api/resources.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { abortValue, readAbortRequest } from '../rules/run/abort-request.ts';
import { abortAnnotation } from '../rules/objects/object-keys.ts';
import { isInitializing, isResting } from '../rules/run/phases.ts';

/** Time for the controller to acknowledge the abort. */
const acknowledgedWithinMs = 5_000;
const lookAgainMs = 200;

export type AbortAnswer =
  | { readonly kind: 'nothing-to-abort'; readonly phase: string; readonly goBack?: string | undefined }
  | { readonly kind: 'acknowledged'; readonly abort: Abort; readonly goBack?: string | undefined }
  | { readonly kind: 'not-picked-up' };

/** Writes the annotation, bound to the current run, and waits for the controller's answer. Rejects with `KubeError`. */
export async function requestAbort(
  deps: { readonly client: KubeClient; readonly clock: Clock },
  ref: ObjectRef,
  reason: string,
  signal: AbortSignal,
): Promise<AbortAnswer> {
  const { client, clock } = deps;
  const read = async (): Promise<Canary> => asCanary(await client.get(canaries, ref, signal));
  const { status, spec } = await read();
  const goBack = commandBack(ref, spec.targetRef, status?.run);
  const phase = status?.phase ?? '';
  const run = status?.run?.id;
  // A resting canary has a current run when its first gate was asked and has not answered yet.
  const rests = isResting(phase) && status?.waiting?.step !== 'ask-confirm-rollout';
  if (rests || isInitializing(phase) || phase === 'Terminating' || run === undefined)
    return { kind: 'nothing-to-abort', phase, ...(phase === 'Succeeded' ? { goBack } : {}) };
  const value = abortValue(run, reason);
  const patch = { metadata: { annotations: { [abortAnnotation]: value } } };
  await client.mergePatch(canaries, ref, patch, {}, signal);
  const request = readAbortRequest({ [abortAnnotation]: value })?.request;
  const deadline = clock.now() + acknowledgedWithinMs;
  do {
    const abort = (await read()).status?.abort;
    if (abort !== undefined && abort.request === request) return { kind: 'acknowledged', abort, goBack };
    await sleep(clock, lookAgainMs, signal);
  } while (clock.now() < deadline && !signal.aborted);
  return { kind: 'not-picked-up' };
}

/** Command that restores the target's old images, which starts the next run; undefined when they are not known. */
function commandBack(
  { namespace = '' }: ObjectRef,
  { kind, name }: Canary['spec']['targetRef'],
  run: Run | undefined,
): string | undefined {
  const images = run?.oldImages ?? [];
  if (images.length === 0) return undefined;
  return `kubectl -n ${namespace} set image ${kind.toLowerCase()}/${name} ${images.join(' ')}`;
}

function asCanary(object: Parameters<typeof parseCanary>[0]): Canary {
  const parsed = parseCanary(object);
  if ('canary' in parsed) return parsed.canary;
  throw new SluiceError(
    `Canary ${object.metadata.name} cannot be read: ${parsed.problems[0]?.message ?? ''}`,
  );
}

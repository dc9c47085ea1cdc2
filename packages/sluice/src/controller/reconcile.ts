import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../api/resources.ts';
import type { InformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { isConflict } from '@sluice/kube/objects/kube-error.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { WorkResult } from '@sluice/lib/queue/work-queue.ts';
import type { RolloutDeps } from '../rollout/deps.ts';
import { createMemory } from '../rollout/memory.ts';
import type { CanaryMemory } from '../rollout/memory.ts';
import { createMeter } from '../rollout/meter.ts';
import type { PassResult } from '../rollout/pass-result.ts';
import { reportInvalid } from '../rollout/record/report-invalid.ts';
import { releaseUnread } from '../rollout/revert/release-canary.ts';
import type { Source } from './source.ts';
import { mustWait, runTimedPass, stayAside } from './timed-pass.ts';

export interface ReconcileDeps {
  readonly rollout: RolloutDeps;
  readonly informers: InformerCache;
  readonly source: Source;
  readonly memories: Map<string, CanaryMemory>;
  /** False while another may lead. */
  readonly mayAct: () => boolean;
  /** Milliseconds that this process has worked, from any moment on; default the time of the clock. */
  readonly worked: (() => number) | undefined;
  readonly wake: (key: string) => void;
  readonly forget: (key: string) => void;
  /** A pass over this canary, as it was before, ended after so many seconds. */
  readonly onPass: ((canary: AnyKubeObject, stoppedAt: string, seconds: number) => void) | undefined;
}

/** The problem of an informer before its first list (`@sluice/kube/cache/informer.ts`). */
const notListedYet = 'not listed yet';
const cacheRetryMs = 10_000;
/** Milliseconds between two checks whether this replica leads again. */
const pausedMs = 1000;

const idle: WorkResult = { again: false, wakeAt: undefined, failure: undefined };

/** One pass over the canary of a key, once all that it must read is in the cache. */
export function createReconcile(
  deps: ReconcileDeps,
): (key: string, signal: AbortSignal) => Promise<WorkResult> {
  const { rollout, informers, source, memories } = deps;
  const { clock, log } = rollout;
  const worked = deps.worked ?? (() => clock.now());

  const work = async (key: string, signal: AbortSignal): Promise<WorkResult> => {
    // guard: passes-need-the-lease
    if (!deps.mayAct()) return { ...idle, wakeAt: clock.now() + pausedMs };
    const ref = refOf(key);
    const canary = informers.get(canaries, ref);
    // An API server that has just started answers 404 for a moment: nobody can tell, and nobody is told of an end.
    if (canary === undefined && !informers.isSynced(canaries, ref.namespace)) return idle;
    const memory = memories.get(key) ?? createMemory(createMeter(worked));
    memories.set(key, memory);
    // guard: what-is-set-aside-waits
    if (canary !== undefined && mustWait(memory, canary, clock.now()))
      return stayAside(rollout, canary, memory, signal);
    memory.aside = undefined;
    memory.meter.take();
    // guard: no-pass-before-the-caches-are-in
    if (canary !== undefined && !memory.meter.run(() => source.ensure(key, canary, () => deps.wake(key))))
      return waitForCaches(deps, canary, memory, signal);
    memory.unreadSince = undefined;
    const startedAt = clock.now();
    const result = await runTimedPass(rollout, { ref, canary }, memory, signal);
    if (canary !== undefined) deps.onPass?.(canary, result.stoppedAt, (clock.now() - startedAt) / 1000);
    if (result.failure !== undefined) logFailure(log, key, result);
    if (canary === undefined) deps.forget(key);
    const written = informers.get(canaries, ref);
    if (memory.aside === undefined || written === undefined) return result;
    return stayAside(rollout, written, memory, signal);
  };

  return guarded(work, log);
}

/** A kind that is missing or forbidden is reported on the canary and looked for again. */
async function waitForCaches(
  { rollout, source }: ReconcileDeps,
  canary: AnyKubeObject,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<WorkResult> {
  memory.unreadSince ??= rollout.clock.now();
  const released = await releaseUnread(rollout, canary, memory.unreadSince, signal);
  if (released !== undefined) return { ...idle, ...released };
  const problems = source.problems(canary).filter(({ message }) => !message.endsWith(notListedYet));
  const reported =
    problems.length === 0 ? {} : await reportInvalid(rollout, canary, problems, memory, signal);
  return { ...idle, ...reported, wakeAt: rollout.clock.now() + cacheRetryMs };
}

function logFailure(log: RolloutDeps['log'], canary: string, { failure, stoppedAt }: PassResult): void {
  const level = isConflict(failure) ? 'debug' : 'warn';
  log[level]('pass failed', { canary, step: stoppedAt, error: describeError(failure) });
}

/** A defect in one pass is logged with its stack and hurts that canary only. */
const guarded =
  (work: (key: string, signal: AbortSignal) => Promise<WorkResult>, log: RolloutDeps['log']) =>
  async (key: string, signal: AbortSignal): Promise<WorkResult> => {
    try {
      return await work(key, signal);
    } catch (failure) {
      if (!signal.aborted)
        log.error('pass broke', {
          canary: key,
          error: failure instanceof Error ? failure.stack : describeError(failure),
        });
      return { ...idle, failure };
    }
  };

function refOf(key: string): ObjectRef {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

import type { AnyKubeObject, ObjectRef, ResourceType } from '../api/kube-object.ts';
import { canaries } from '../api/resources.ts';
import type { ChangeEvent } from '../kube/cached-collection.ts';
import type { InformerCache } from '../kube/informer-cache.ts';
import { isConflict } from '../lib/kube-error.ts';
import { sameJson } from '../lib/merge.ts';
import { describeError } from '../lib/sluice-error.ts';
import { createWorkQueue } from '../lib/work-queue.ts';
import type { WorkQueue, WorkResult } from '../lib/work-queue.ts';
import type { SendHook } from '../ports/hooks.ts';
import type { RolloutDeps } from '../rollout/deps.ts';
import { createConfigReads } from '../rollout/configs/config-reads.ts';
import { createInquiries } from '../rollout/questions/inquiries.ts';
import { createMemory } from '../rollout/memory.ts';
import type { CanaryMemory } from '../rollout/memory.ts';
import { runPass } from '../rollout/pass.ts';
import { releaseUnread } from '../rollout/revert/release-canary.ts';
import { reportInvalid } from '../rollout/writing/report-invalid.ts';
import { keyOf } from '../rules/names.ts';
import { createDeliveryWorker } from '../webhooks/delivery-worker.ts';
import type { DeliveryLimits } from '../webhooks/delivery-limits.ts';
import { createConfigReaders, isConfig } from './config-readers.ts';
import { createDeliveries } from './deliveries.ts';
import { createCanaryWatches } from './watches.ts';
import { sendWhile } from './send-while.ts';
import { createCanaryIndex, isScaler } from './who-reads.ts';

export interface ControllerDeps extends Omit<RolloutDeps, 'inquiries' | 'configs' | 'deliveries' | 'cache'> {
  readonly informers: InformerCache;
  readonly send: SendHook;
  readonly deliveryLimits?: Partial<DeliveryLimits>;
  /** Canaries worked on at once. */
  readonly concurrency: number;
  /** False while another may lead: nothing is decided, asked or told then. Always true unless told. */
  readonly mayAct?: () => boolean;
  /** Absent: all namespaces. */
  readonly namespace?: string;
  /** A canary is gone: its series go with it. */
  readonly onGone?: (canary: AnyKubeObject) => void;
  readonly onCount?: (namespace: string, count: number) => void;
  /** A pass begins, so many seconds after it was due. */
  readonly onStart?: (lateSeconds: number) => void;
  /** A pass over this canary, as it was before, ended after so many seconds. */
  readonly onPass?: (canary: AnyKubeObject, stoppedAt: string, seconds: number) => void;
}

export interface Controller {
  /** Watches canaries and works on them until `stop`. Resolves when the first list is in. */
  start(): Promise<void>;
  /** Takes nothing new, lets running passes end, flushes what is ready to be told until `deadline`. */
  stop(deadline: number): Promise<void>;
}

/** Watch, queue, pass: a change of anything a canary reads runs one pass over that canary. */
export function createController(deps: ControllerDeps): Controller {
  const { informers, log, clock, mayAct = () => true } = deps;
  const send = sendWhile(mayAct, deps.send, clock);
  const memories = new Map<string, CanaryMemory>();
  const { configTracking } = deps.options;
  const configReaders = createConfigReaders({ cache: informers, providers: deps.providers, configTracking });
  const watches = createCanaryWatches({
    informers,
    providers: deps.providers,
    meshProvider: deps.options.meshProvider,
    configReferences: (canary) => configReaders.referencesOf(canary),
  });
  let queue: WorkQueue | undefined;
  const wake = (key: string): void => queue?.add(key);
  const now = (): number => clock.now();
  const inquiries = createInquiries({ now, wake });
  const configs = createConfigReads({ client: deps.client, now, random: deps.random, wake });
  const { worker, deliveries, endFarewells } = createDeliveries(clock, (acknowledge) =>
    createDeliveryWorker({
      send,
      clock,
      random: deps.random,
      log,
      ...(deps.deliveryLimits === undefined ? {} : { limits: deps.deliveryLimits }),
      acknowledge: (key, ack) => {
        if (acknowledge(key, ack)) wake(key);
      },
    }),
  );
  const rollout: RolloutDeps = { ...deps, send, cache: informers, inquiries, configs, deliveries };

  const work = async (key: string, signal: AbortSignal): Promise<WorkResult> => {
    // guard: passes-need-the-lease
    if (!mayAct()) return { ...idle, wakeAt: clock.now() + pausedMs };
    const ref = refOf(key);
    const canary = informers.get(canaries, ref);
    // An API server that has just begun answers 404 for a moment: nobody can tell, and nobody is told of an end.
    if (canary === undefined && !informers.isSynced(canaries, ref.namespace)) return idle;
    const memory = memories.get(key) ?? createMemory();
    memories.set(key, memory);
    // guard: no-pass-before-the-caches-are-in
    if (canary !== undefined && !watches.ensure(key, canary, () => wake(key)))
      return waitForCaches(canary, memory, signal);
    memory.unreadSince = undefined;
    const startedAt = clock.now();
    const result = await runPass(ref, rollout, memory, signal);
    if (canary !== undefined) deps.onPass?.(canary, result.stoppedAt, (clock.now() - startedAt) / 1000);
    if (result.failure !== undefined) {
      const level = isConflict(result.failure) ? 'debug' : 'warn';
      log[level]('pass failed', {
        canary: key,
        step: result.stoppedAt,
        error: describeError(result.failure),
      });
    }
    if (canary === undefined) forget(key);
    return result;
  };

  /** Usually a moment; a kind that is missing or forbidden is said on the canary, and looked for again. */
  const waitForCaches = async (canary: AnyKubeObject, memory: CanaryMemory, signal: AbortSignal) => {
    memory.unreadSince ??= clock.now();
    const released = await releaseUnread(rollout, canary, memory.unreadSince, signal);
    if (released !== undefined) return { ...idle, ...released };
    const problems = watches.problems(canary).filter(({ message }) => !message.endsWith(notListedYet));
    const reported =
      problems.length === 0 ? {} : await reportInvalid(rollout, canary, problems, memory, signal);
    return { ...idle, ...reported, wakeAt: clock.now() + cacheRetryMs };
  };

  const forget = (key: string): void => {
    memories.delete(key);
    configs.forget(key);
    watches.release(key);
    queue?.forget(key);
  };

  const index = createCanaryIndex();
  const onChange = (resource: ResourceType, event: ChangeEvent): void => {
    if (!isNews(resource, event)) return;
    if (resource === canaries) return onCanary(event);
    const { object } = event;
    const readers = isConfig(resource)
      ? configReaders.of(resource, object, index.inNamespace(object.metadata.namespace ?? ''))
      : index.readersOf(resource, object);
    for (const canary of readers) queue?.addFolded(keyOf(canary));
  };
  const onCanary = (event: ChangeEvent): void => {
    note(event);
    const key = keyOf(event.object);
    const { resourceVersion } = event.object.metadata;
    const memory = event.type === 'MODIFIED' ? memories.get(key) : undefined;
    if (memory === undefined) return queue?.addFolded(key);
    // A status that a pass wrote tells that pass nothing; what it decided is taken up by the one after it anyway.
    void memory.written.then((written) => {
      if (written === undefined || written !== resourceVersion) queue?.addFolded(key);
    });
  };
  const note = ({ type, object }: ChangeEvent): void => {
    if (type === 'DELETED') index.remove(object);
    else index.put(object);
    const namespace = object.metadata.namespace ?? '';
    if (type !== 'MODIFIED') deps.onCount?.(namespace, index.count(namespace));
    if (type === 'DELETED') deps.onGone?.(object);
  };

  return {
    async start() {
      queue = createWorkQueue({
        clock,
        random: deps.random,
        concurrency: deps.concurrency,
        foldMs,
        work: guarded(work, log),
        onStart: (lateMs) => deps.onStart?.(lateMs / 1000),
      });
      informers.onChange(onChange);
      const watch = informers.watchKind(
        canaries,
        deps.namespace === undefined ? {} : { namespace: deps.namespace },
      );
      await watch.synced;
    },
    async stop(deadline) {
      await queue?.stop();
      endFarewells();
      await worker.stop(deadline);
      for (const key of memories.keys()) {
        // guard: stop-cancels-open-questions
        inquiries.forget(key);
        configs.forget(key);
      }
    },
  };
}

/** What Kubernetes does in answer to one write comes in bursts: a handful of events, a few milliseconds apart. */
const foldMs = 25;
/** Of an informer whose first answer is still on its way (kube/informer.ts). */
const notListedYet = 'not listed yet';
const cacheRetryMs = 10_000;
/** Between two looks whether we lead again. */
const pausedMs = 1000;

const idle: WorkResult = { again: false, wakeAt: undefined, failure: undefined };

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

/** The server repeats objects after a reconnect; only what differs from before is worth a pass. */
function isNews(resource: ResourceType, event: ChangeEvent): boolean {
  if (event.type !== 'MODIFIED' || event.previous === undefined || isConfig(resource)) return true;
  const read = isScaler(resource)
    ? // guard: what-a-scaler-writes-of-its-metrics-is-no-news
      withoutStatus
    : withoutVersion;
  // guard: a-repeated-object-is-no-news
  if (sameJson(read(event.previous), read(event.object))) return false;
  return true;
}

const withoutVersion = (object: AnyKubeObject): unknown => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: undefined },
});

const withoutStatus = (object: AnyKubeObject): unknown => withoutVersion({ ...object, status: undefined });

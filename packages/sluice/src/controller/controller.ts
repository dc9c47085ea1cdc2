import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../api/resources.ts';
import type { InformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { createWorkQueue } from '@sluice/lib/queue/work-queue.ts';
import type { WorkQueue, WorkQueueOptions } from '@sluice/lib/queue/work-queue.ts';
import type { HookAnswer, HookCall, SendHook } from '../ports/hooks.ts';
import { createQuestions } from '../rollout/ask/questions.ts';
import type { RolloutDeps } from '../rollout/deps.ts';
import { createConfigReads } from '../rollout/look/config-reads.ts';
import type { CanaryMemory } from '../rollout/memory.ts';
import { createDeliveryWorker } from '../webhooks/delivery-worker.ts';
import type { DeliveryLimits } from '../webhooks/delivery-limits.ts';
import { createClaimsIndex } from './claims-index.ts';
import { createDeliveries } from './deliveries.ts';
import type { CreateWorker } from './deliveries.ts';
import { createHandler } from './handler.ts';
import { createListPods } from './list-pods.ts';
import { createReconcile } from './reconcile.ts';
import { reported, sendWhile } from './send-while.ts';
import { createSource } from './source.ts';
import { createStarts } from './starts.ts';
import type { Starts } from './starts.ts';
import type { Source } from './source.ts';
import { createTopicIndex } from './topic-index.ts';
import type { TopicIndex } from './topic-index.ts';

export interface ControllerDeps extends Omit<
  RolloutDeps,
  'questions' | 'configs' | 'deliveries' | 'cache' | 'claims' | 'listPods' | 'starts'
> {
  readonly informers: InformerCache;
  readonly send: SendHook;
  readonly deliveryLimits?: Partial<DeliveryLimits>;
  /** Canaries worked on at once. */
  readonly concurrency: number;
  /** False while another replica may lead: no decision, no call, no write. Default: always true. */
  readonly mayAct?: () => boolean;
  /** Milliseconds that this process has worked, from any moment on; default the time of `clock`. */
  readonly worked?: () => number;
  /** Absent or empty: all namespaces. */
  readonly namespaces?: readonly string[];
  /** Watches freezes, whose namespace `everywhere` holds for all canaries; absent: there are none. */
  readonly freezes?: { readonly everywhere: string };
  /** A canary appeared or changed; its recorded status is part of it. Called before the pass that this leads to. */
  readonly onCanary?: (canary: AnyKubeObject) => void;
  /** A canary is gone: its series go with it. */
  readonly onGone?: (canary: AnyKubeObject) => void;
  readonly onCount?: (namespace: string, count: number) => void;
  /** A hook was called; the canary may be gone by now. */
  readonly onHook?: (call: HookCall, answer: HookAnswer) => void;
  /** So many announcements of a canary were given up; its status says so by now. */
  readonly onDeadLetters?: (canaryKey: string, count: number) => void;
  /** A pass begins, so many seconds after it was due. */
  readonly onStart?: (lateSeconds: number) => void;
  /** A pass over this canary, as it was before, ended after so many seconds. */
  readonly onPass?: (canary: AnyKubeObject, stoppedAt: string, seconds: number) => void;
}

export interface Controller {
  /** Watches canaries and works on them until `stop`. Resolves when the first list is in. */
  start(): Promise<void>;
  /** Stops taking work, lets running passes end, and sends pending announcements until `deadline`. */
  stop(deadline: number): Promise<void>;
  /** Canaries whose pass is due and has not begun. */
  queued(): number;
}

/** Kubernetes answers one write with several events within milliseconds: they share one pass. */
const foldMs = 25;

/** Source, predicate, handler, queue, reconcile: a change of anything a canary reads runs one pass over that canary. */
export function createController(deps: ControllerDeps): Controller {
  const { informers, worked, mayAct = () => true } = deps;
  const memories = new Map<string, CanaryMemory>();
  const [claims, readers] = [createClaimsIndex(), createTopicIndex()];
  let queue: WorkQueue | undefined;
  const wake = (key: string): void => queue?.add(key);
  const source = createCanarySource(deps, readers);
  const starts = createStarts(deps, wake);
  const { rollout, stopTelling } = createRollout(deps, claims, starts, wake);
  const parts = { rollout, informers, source, memories };
  const forget = (key: string): void => {
    readers.remove(key);
    source.release(key);
    rollout.configs.forget(key);
    memories.delete(key);
    queue?.forget(key);
  };
  const { onPass, ...reports } = reportsOf(deps, starts);
  const work = createReconcile({ ...parts, mayAct, worked, wake, forget, onPass });
  const fold = (key: string): void => queue?.addFolded(key);
  const writtenVersion = (key: string) => memories.get(key)?.book.written;
  const handle = createHandler({ claims, readers, wake: fold, writtenVersion, ...reports });

  return {
    queued: () => queue?.depth ?? 0,
    async start() {
      queue = createQueue(deps, work);
      informers.onChange(handle);
      starts.start();
      await watchCanaries(deps);
    },
    async stop(deadline) {
      await queue?.stop();
      await starts.stop();
      await stopTelling(deadline);
      // guard: stop-cancels-open-questions
      for (const key of memories.keys()) cancelQuestions(rollout, key);
    },
  };
}

/** Resolves when the first lists are in. */
async function watchCanaries({ informers, namespaces = [] }: ControllerDeps): Promise<void> {
  const scopes = namespaces.length > 0 ? namespaces.map((namespace) => ({ namespace })) : [{}];
  await Promise.all(scopes.map((scope) => informers.watchKind(canaries, scope).synced));
}

const ignore = (): void => undefined;
const reportsOf = (deps: ControllerDeps, { places }: Starts) => {
  const { onCanary = ignore, onGone = ignore, onCount = ignore, onPass = ignore } = deps;
  return {
    onCanary(canary: AnyKubeObject) {
      places.noticed(canary);
      onCanary(canary);
    },
    onGone(canary: AnyKubeObject) {
      places.gone(canary);
      onGone(canary);
    },
    onCount,
    onPass,
  };
};

function cancelQuestions({ questions, configs }: RolloutDeps, key: string): void {
  questions.forget(key);
  configs.forget(key);
}

const createQueue = (deps: ControllerDeps, work: WorkQueueOptions['work']): WorkQueue =>
  createWorkQueue({
    clock: deps.clock,
    random: deps.random,
    concurrency: deps.concurrency,
    foldMs,
    work,
    onStart: (lateMs) => deps.onStart?.(lateMs / 1000),
  });

/** Watches what canaries read, and indexes it by topic. */
const createCanarySource = ({ informers, providers, options }: ControllerDeps, readers: TopicIndex): Source =>
  createSource({
    informers,
    providers,
    meshProvider: options.meshProvider,
    configTracking: options.configTracking,
    onReads: (key, reads) =>
      readers.put(
        key,
        reads.flatMap(({ topics }) => topics),
      ),
  });

/** The dependencies of a pass: adapters, questions, reads and deliveries. */
function createRollout(
  deps: ControllerDeps,
  claims: RolloutDeps['claims'],
  starts: Starts,
  wake: (key: string) => void,
): { readonly rollout: RolloutDeps; readonly stopTelling: (deadline: number) => Promise<void> } {
  const { clock, informers, random, log, mayAct = () => true } = deps;
  const send = sendWhile(mayAct, reported(deps.send, deps.onHook), clock);
  const now = (): number => clock.now();
  const createWorker: CreateWorker = (acknowledge) =>
    createDeliveryWorker({
      send,
      clock,
      random,
      log,
      ...(deps.deliveryLimits === undefined ? {} : { limits: deps.deliveryLimits }),
      acknowledge: (key, ack) => {
        if (acknowledge(key, ack)) wake(key);
      },
    });
  const { worker, deliveries, endFarewells } = createDeliveries(clock, createWorker, deps.onDeadLetters);
  const rollout: RolloutDeps = {
    ...deps,
    send,
    claims,
    deliveries,
    cache: informers,
    starts: starts.rules,
    listPods: createListPods(deps.client),
    questions: createQuestions({ now, wake }),
    configs: createConfigReads({ client: deps.client, now, random, wake }),
  };
  return {
    rollout,
    async stopTelling(deadline) {
      endFarewells();
      await worker.stop(deadline);
    },
  };
}

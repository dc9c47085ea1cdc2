import type { CanaryStatus } from '../../api/canary-status.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeCache } from '@sluice/kube/ports/kube-cache.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { noDecisionPolicy } from '../../ports/decision-policy.ts';
import { noStartRules } from '../../ports/start-rules.ts';
import { createQuestions } from '../../rollout/ask/questions.ts';
import type { Claims, Providers, RolloutDeps, RolloutOptions } from '../../rollout/deps.ts';
import { statusOf } from '../../rollout/draft.ts';
import type { Announcement } from '../../rollout/announcement.ts';
import { createConfigReads } from '../../rollout/look/config-reads.ts';
import { look } from '../../rollout/look/look.ts';
import type { Looked } from '../../rollout/look/look.ts';
import { createMemory } from '../../rollout/memory.ts';
import { runPass } from '../../rollout/pass.ts';
import type { Seen } from '../../rollout/seen.ts';
import { keyOf } from '../../rules/objects/names.ts';
import { aborted } from '../stop-signal.ts';
import { createDryCluster } from './dry-cluster.ts';

export interface ForeseeDeps {
  readonly client: KubeClient;
  /** Holds all objects that the canary reads. */
  readonly cache: KubeCache;
  readonly clock: Clock;
  readonly log: Log;
  readonly providers: Providers;
  readonly options: RolloutOptions;
  readonly claims: Claims;
}

/** Result of a controller's first passes over a canary. */
export interface Foreseen {
  readonly before: CanaryStatus;
  readonly after: CanaryStatus;
  /** The decision at which the passes would stop. */
  readonly stoppedAt: string;
  readonly announcements: readonly Announcement[];
  /** Writes without the status of the Canary: `patch Service test/podinfo`. */
  readonly writes: readonly string[];
  /** Undefined while the canary is invalid. */
  readonly seen: Seen | undefined;
  readonly deps: RolloutDeps;
}

/** Most passes in a row without a wait; more are an endless loop, which is a defect. */
const mostPasses = 20;

/**
 * Runs the controller's own passes over a canary until they wait for something. The cluster is not written to, and
 * hooks are never called.
 */
export async function foresee(
  canary: AnyKubeObject,
  deps: ForeseeDeps,
  signal: AbortSignal,
): Promise<Foreseen> {
  const dry = createDryCluster(deps.client, deps.cache);
  const announcements: Announcement[] = [];
  const alarm = createAlarm();
  const rollout = dryDeps(deps, dry, {
    say: (announcement) => void announcements.push(announcement),
    wake: () => alarm.ring(),
  });
  const key = keyOf(canary);
  const ref = { namespace: canary.metadata.namespace ?? '', name: canary.metadata.name };
  const memory = createMemory();
  const lookAgain = (): Looked => look(key, ref, rollout, memory);
  let stoppedAt = '';
  try {
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const next = alarm.next();
      const result = await runPass(ref, rollout, memory, signal);
      if (result.failure instanceof Error) throw result.failure;
      stoppedAt = result.stoppedAt;
      if (result.again) continue;
      if (!readsConfigs(lookAgain())) break;
      await Promise.race([next, aborted(signal)]);
      signal.throwIfAborted();
    }
    const before = statusIn(canary['status']);
    const writes = [...dry.writes];
    return { before, stoppedAt, announcements, writes, deps: rollout, ...endOf(lookAgain()) };
  } finally {
    rollout.questions.forget(key);
    rollout.configs.forget(key);
  }
}

interface Alarm {
  ring(): void;
  /** Resolves at the next ring. */
  next(): Promise<void>;
}

function createAlarm(): Alarm {
  let waiting = Promise.withResolvers<void>();
  return {
    ring() {
      waiting.resolve();
      waiting = Promise.withResolvers<void>();
    },
    next: () => waiting.promise,
  };
}

function endOf(looked: Looked): Pick<Foreseen, 'after' | 'seen'> {
  if (looked.kind === 'seen') return { after: statusIn(looked.seen.canary.status), seen: looked.seen };
  return {
    after: statusIn(looked.kind === 'unreadable' ? looked.object['status'] : undefined),
    seen: undefined,
  };
}

const readsConfigs = (looked: Looked): boolean =>
  looked.kind === 'seen' && looked.seen.configs.state === 'unknown' && looked.seen.configs.inFlight === true;

const statusIn = (status: unknown): CanaryStatus =>
  statusOf({ status } as unknown as Parameters<typeof statusOf>[0]);

/** Hooks and metrics never answer, nothing is delivered, nothing is counted. */
function dryDeps(
  deps: ForeseeDeps,
  { client, cache }: Pick<RolloutDeps, 'client' | 'cache'>,
  hooks: { readonly say: (announcement: Announcement) => void; readonly wake: () => void },
): RolloutDeps {
  const { clock, log, options } = deps;
  const now = (): number => clock.now();
  const random = (): number => 0;
  const silent = { query: unanswered, checkOnline: unanswered };
  return {
    client,
    cache,
    clock,
    random,
    log,
    options,
    send: unanswered,
    deliveries: { offer() {}, forget() {}, farewell() {}, acks: () => [], recorded() {} },
    events: { record: (_object, announcement) => hooks.say(announcement) },
    questions: createQuestions({ now, wake: () => undefined }),
    configs: createConfigReads({ client, now, random, wake: hooks.wake }),
    claims: deps.claims,
    decisionPolicy: noDecisionPolicy,
    starts: noStartRules,
    listPods: async () => [],
    providers: { ...deps.providers, prometheus: () => silent, templateSource: async () => silent },
    telemetry: { canaryStatus() {}, canaryWeight() {}, metricAnalysis() {}, runEnded() {} },
  };
}

const unanswered = (): Promise<never> => new Promise<never>(() => undefined);

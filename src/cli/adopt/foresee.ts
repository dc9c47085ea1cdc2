import type { CanaryStatus } from '../../api/canary-status.ts';
import type { AnyKubeObject } from '../../api/kube-object.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KubeCache } from '../../ports/kube-cache.ts';
import type { KubeClient } from '../../ports/kube.ts';
import type { Log } from '../../ports/log.ts';
import { createConfigReads } from '../../rollout/configs/config-reads.ts';
import type { Announcement, World } from '../../rollout/context.ts';
import type { Providers, RolloutDeps, RolloutOptions } from '../../rollout/deps.ts';
import { statusOf } from '../../rollout/draft.ts';
import { gather } from '../../rollout/gather.ts';
import type { Gathered } from '../../rollout/gather.ts';
import { createMemory } from '../../rollout/memory.ts';
import { runPass } from '../../rollout/pass.ts';
import { createInquiries } from '../../rollout/questions/inquiries.ts';
import { keyOf } from '../../rules/names.ts';
import { aborted } from '../stop-signal.ts';
import { createDryCluster } from './dry-cluster.ts';

export interface ForeseeDeps {
  readonly client: KubeClient;
  /** Holds all that the canary reads. */
  readonly cache: KubeCache;
  readonly clock: Clock;
  readonly log: Log;
  readonly providers: Providers;
  readonly options: RolloutOptions;
}

/** What the first passes of a controller would make of a canary. */
export interface Foreseen {
  readonly before: CanaryStatus;
  readonly after: CanaryStatus;
  /** The step at which it would come to rest. */
  readonly stoppedAt: string;
  readonly announcements: readonly Announcement[];
  /** Beside the status of the Canary: `patch Service test/podinfo`. */
  readonly writes: readonly string[];
  /** Undefined while the canary is invalid. */
  readonly world: World | undefined;
  readonly deps: RolloutDeps;
}

/** Passes that may follow upon one another before something is waited for; a run that goes round is a defect. */
const mostPasses = 20;

/**
 * Runs the very passes of the controller over a canary, with a cluster that is not written to and hooks that are never
 * called, until they wait for something.
 */
export async function foresee(
  canary: AnyKubeObject,
  deps: ForeseeDeps,
  signal: AbortSignal,
): Promise<Foreseen> {
  const dry = createDryCluster(deps.client, deps.cache);
  const announcements: Announcement[] = [];
  let woken = Promise.withResolvers<void>();
  const rollout = dryDeps(deps, dry, {
    say: (announcement) => void announcements.push(announcement),
    wake() {
      woken.resolve();
      woken = Promise.withResolvers<void>();
    },
  });
  const key = keyOf(canary);
  const ref = { namespace: canary.metadata.namespace ?? '', name: canary.metadata.name };
  const memory = createMemory();
  const look = (): Gathered => gather(key, ref, rollout, memory);
  let stoppedAt = '';
  try {
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const next = woken.promise;
      const result = await runPass(ref, rollout, memory, signal);
      if (result.failure instanceof Error) throw result.failure;
      stoppedAt = result.stoppedAt;
      if (result.again) continue;
      if (!readsConfigs(look())) break;
      await Promise.race([next, aborted(signal)]);
      signal.throwIfAborted();
    }
    const before = statusIn(canary['status']);
    return { before, stoppedAt, announcements, writes: [...dry.writes], deps: rollout, ...endOf(look()) };
  } finally {
    rollout.inquiries.forget(key);
    rollout.configs.forget(key);
  }
}

function endOf(gathered: Gathered): Pick<Foreseen, 'after' | 'world'> {
  if (gathered.kind === 'world')
    return { after: statusIn(gathered.world.canary.status), world: gathered.world };
  return {
    after: statusIn(gathered.kind === 'invalid' ? gathered.object['status'] : undefined),
    world: undefined,
  };
}

const readsConfigs = (gathered: Gathered): boolean =>
  gathered.kind === 'world' &&
  gathered.world.configs.state === 'unknown' &&
  gathered.world.configs.inFlight === true;

const statusIn = (status: unknown): CanaryStatus =>
  statusOf({ status } as unknown as Parameters<typeof statusOf>[0]);

/** Nobody is asked, nobody is told, nothing is counted. */
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
    inquiries: createInquiries({ now, wake: () => undefined }),
    configs: createConfigReads({ client, now, random, wake: hooks.wake }),
    providers: { ...deps.providers, prometheus: () => silent, templateSource: async () => silent },
    telemetry: { canaryStatus() {}, canaryWeight() {}, metricAnalysis() {}, runEnded() {} },
  };
}

const unanswered = (): Promise<never> => new Promise<never>(() => undefined);

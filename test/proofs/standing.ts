import type { CanaryStatus } from '@sluice/sluice/api/canary-status.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isResting } from '@sluice/sluice/rules/run/phases.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

/** How a run gets to a place, and stays there. */
export interface Way {
  readonly hold?: (scenario: Scenario) => void;
  readonly isThere: (scenario: Scenario) => boolean;
  /** What kept it there is gone. */
  readonly release?: (scenario: Scenario) => void;
}

const closed = (...paths: readonly string[]): Pick<Way, 'hold' | 'release'> => ({
  hold: ({ receiver }) => paths.forEach((path) => receiver.reply(path, 403)),
  release: ({ receiver }) => paths.forEach((path) => receiver.reply(path, 200)),
});

const phase =
  (name: string): Way['isThere'] =>
  (scenario) =>
    scenario.status().phase === name;

/** From the moment of the promotion on, for nothing else would keep it from its end. */
function refuseRoutes({ store, dataPlane, status }: Scenario): void {
  const runId = status().run?.id;
  let isRefused = false;
  store.subscribe(canaries, ({ object }) => {
    const { phase: now, run } = asRecord(object['status']) as Partial<CanaryStatus>;
    if (isRefused || now !== 'Promoting' || run?.id === runId) return;
    isRefused = true;
    dataPlane.refuse('Pending');
  });
}

export const ways = {
  initialized: { isThere: phase('Initialized') },
  succeeded: { isThere: phase('Succeeded') },
  failed: {
    hold: ({ kubelet }) => kubelet.setHealthy('podinfo:2', false, 'podinfo'),
    isThere: phase('Failed'),
    release: ({ kubelet }) => kubelet.setHealthy('podinfo:2', true, 'podinfo'),
  },
  waiting: { ...closed('/confirm-rollout', '/confirm-rollout-too'), isThere: phase('Waiting') },
  progressing: { isThere: phase('Progressing') },
  analysing: {
    isThere: (scenario) => scenario.status().canaryWeight > 0 || scenario.status().iterations > 0,
  },
  'waiting-promotion': {
    ...closed('/promotion', '/promotion-too'),
    isThere: phase('WaitingPromotion'),
  },
  copying: {
    hold: ({ api }) => api.break(/^PATCH .*deployments\/podinfo-primary$/, 500, Number.POSITIVE_INFINITY),
    isThere: phase('Promoting'),
    release: ({ api }) => api.heal(),
  },
  promoting: {
    hold: ({ kubelet }) => kubelet.setHealthy('podinfo:2', false, 'podinfo-primary'),
    isThere: (scenario) => scenario.image('podinfo-primary') === 'podinfo:2',
    release: ({ kubelet }) => kubelet.setHealthy('podinfo:2', true, 'podinfo-primary'),
  },
  finalising: {
    hold: refuseRoutes,
    isThere: phase('Finalising'),
    release: ({ dataPlane }) => dataPlane.refuse(undefined),
  },
} as const satisfies Readonly<Record<string, Way>>;

export type Standing = keyof typeof ways;
export const standings = Object.keys(ways) as readonly Standing[];

const limitMs = 600_000;

/**
 * Ships a revision and holds its run there. A run that nothing of its strategy or its hooks stops there is over by then, and
 * told of.
 */
export async function shipTo(scenario: Scenario, standing: Standing): Promise<void> {
  const way: Way = ways[standing];
  const isOver = (): boolean => isResting(scenario.status().phase) && scenario.status().run !== undefined;
  way.hold?.(scenario);
  scenario.ship('podinfo:2');
  await scenario.until(() => way.isThere(scenario) || isOver(), limitMs);
  if (!isOver()) return;
  way.release?.(scenario);
  await scenario.until(() => (scenario.status().outbox ?? []).length === 0, limitMs);
}

import { isResting } from '../../src/rules/phases.ts';
import { leaveAsFlagger } from '../support/leave-as-flagger.ts';
import type { Scenario } from '../support/scenario.ts';
import type { Deed } from './deeds/deed.ts';
import type { World } from './worlds.ts';

/** Where Flagger was with a canary when Sluice took its place. */
export interface Left {
  readonly at: LeftAt;
  /** Whether what kept it there is gone by then. */
  readonly released: boolean;
  /** Whether nothing else happens before the controller has taken the canary over. */
  readonly awaited: boolean;
  /** What its owners change of the Canary right after that. */
  readonly edits: readonly Deed[];
}

interface Way {
  readonly hold?: (scenario: Scenario) => void;
  readonly isThere: (scenario: Scenario) => boolean;
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

const ways = {
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
  promoting: {
    hold: ({ kubelet }) => kubelet.setHealthy('podinfo:2', false, 'podinfo-primary'),
    isThere: (scenario) => scenario.image('podinfo-primary') === 'podinfo:2',
    release: ({ kubelet }) => kubelet.setHealthy('podinfo:2', true, 'podinfo-primary'),
  },
  finalising: { isThere: phase('Finalising') },
} as const satisfies Readonly<Record<string, Way>>;

export type LeftAt = keyof typeof ways;
export const leftAt = Object.keys(ways) as readonly LeftAt[];

const limitMs = 600_000;
/** Pods of the primary that Flagger made are there when Sluice comes. */
const betweenMs = 10_000;

/** A run that does not come to that place, because nothing of its strategy or its hooks stops it there, is left where it ends. */
async function travel(scenario: Scenario, { isThere }: Way): Promise<void> {
  const isOver = (): boolean => isResting(scenario.status().phase) && scenario.status().run !== undefined;
  await scenario.until(() => isThere(scenario) || isOver(), limitMs);
  if (!isOver()) return;
  // What was told of it was told by whoever told it.
  await scenario.until(() => (scenario.status().outbox ?? []).length === 0, limitMs);
}

/** Brings an initialized canary where Flagger is to have left it, and puts Sluice in the place of Flagger. */
export async function takeOver(scenario: Scenario, world: World, left: Left): Promise<void> {
  const way: Way = ways[left.at];
  if (left.at !== 'initialized') {
    way.hold?.(scenario);
    scenario.ship('podinfo:2');
    await travel(scenario, way);
  }
  scenario.kill();
  leaveAsFlagger(scenario);
  if (left.released) way.release?.(scenario);
  await scenario.clock.advance(betweenMs);
  await scenario.replace();
  if (left.awaited) await scenario.until(() => isAdopted(scenario));
  for (const edit of left.edits) {
    await edit.act(scenario, world);
    await scenario.clock.advance('2s');
  }
}

function isAdopted(scenario: Scenario): boolean {
  const { run, adopted } = scenario.status();
  return run !== undefined || adopted !== undefined;
}

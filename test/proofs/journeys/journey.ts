import type { CanaryAnalysis, CanarySpec } from '@sluice/sluice/api/canary.ts';
import { isResting } from '@sluice/sluice/rules/run/phases.ts';
import { createScenario } from '../../support/scenario/scenario.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import type { WebhookShorthand } from '../../support/scenario/objects.ts';
import { strategies, worldOf } from '../worlds.ts';
import type { Strategy, World } from '../world.ts';
import { endOf } from './end-state.ts';
import type { EndState } from './end-state.ts';

/** A way through the phases that must end the same however often the controller or its API fails on it. */
export interface Journey {
  readonly name: string;
  readonly world: World;
  /** From a new canary instead of an initialized one. */
  readonly fromNothing?: true;
  /** What others do. */
  go(scenario: Scenario): void | Promise<void>;
  /** Undefined: once the canary rests after a run. */
  readonly until?: (scenario: Scenario) => boolean;
}

/** Every type of hook, and two of those that are asked in order. */
const hooks: readonly WebhookShorthand[] = [
  ['confirm-rollout', '/confirm-rollout'],
  ['pre-rollout', '/pre'],
  ['pre-rollout', '/pre-too'],
  ['rollout', '/load'],
  ['rollout', '/load-too'],
  ['confirm-traffic-increase', '/traffic'],
  ['confirm-promotion', '/promotion'],
  ['rollback', '/switch'],
];

export interface Difference {
  readonly analysis?: Partial<CanaryAnalysis>;
  readonly spec?: Partial<CanarySpec>;
  readonly replies?: World['replies'];
  readonly target?: World['target'];
  readonly objects?: World['objects'];
}

/** A canary of that strategy with every hook, all of which approve, and what is different about it. */
export function usual(strategy: Strategy, own: Difference = {}): World {
  const analysis = { interval: '5s', ...own.analysis };
  // An API that says nothing for a minute must not be what the deadline is about.
  const world = worldOf(strategy, hooks, { analysis, progressDeadlineSeconds: 300 });
  return {
    ...world,
    ...(own.target === undefined ? {} : { target: own.target }),
    ...(own.objects === undefined ? {} : { objects: own.objects }),
    replies: { ...world.replies, ...own.replies },
    spec: { ...world.spec, ...own.spec },
  };
}

/** One step of half the traffic: the shortest run that has everything. */
export const one: Strategy = { name: 'one weight', analysis: { stepWeights: [50] } };

export function strategyNamed(name: string): Strategy {
  const found = strategies.find((strategy) => strategy.name === name);
  if (found === undefined) throw new Error(`no strategy "${name}"`);
  return found;
}

export const ship = (scenario: Scenario): void => scenario.ship('podinfo:2');

/** A watch that falls silent is noticed after two and a half minutes. */
export const noticed = '4m';
export const longMs = 1_200_000;

export const shifting = (scenario: Scenario): Promise<void> =>
  scenario.until(() => scenario.status().canaryWeight > 0 || scenario.status().iterations > 0, longMs);

export interface Prepared {
  readonly scenario: Scenario;
  travel(): Promise<EndState>;
}

export async function prepare(journey: Journey): Promise<Prepared> {
  const scenario = await createScenario(journey.world);
  if (journey.fromNothing !== true) await scenario.reaches('Initialized');
  // Nothing of the preparation is left to be told.
  if (journey.fromNothing !== true) await scenario.clock.advance('5s');
  return {
    scenario,
    async travel() {
      const before = scenario.status().run?.id;
      const heard = scenario.receiver.received.length;
      await journey.go(scenario);
      const rests = (): boolean => isResting(scenario.status().phase);
      const ends =
        journey.until ??
        ((): boolean =>
          rests() && (journey.fromNothing === true || (scenario.status().run?.id ?? '') !== (before ?? '')));
      await scenario.until(() => ends(scenario), longMs);
      await scenario.clock.advance(noticed);
      return endOf(scenario, heard);
    },
  };
}

/** A journey that does not come to its end is one more end: what stopped it is in the comparison. */
export async function travelSafely(prepared: Prepared): Promise<EndState | string> {
  try {
    return await prepared.travel();
  } catch (error) {
    return String(error);
  } finally {
    await prepared.scenario.end();
  }
}

import { canaries } from '../../src/api/resources.ts';
import { isResting } from '../../src/rules/phases.ts';
import { createScenario } from '../support/scenario.ts';
import type { Scenario } from '../support/scenario.ts';
import { allHooks, strategies, worldOf } from './worlds.ts';
import type { Strategy, World } from './worlds.ts';

/** A way through the phases that must end the same however often the controller or its API fails on it. */
export interface Journey {
  readonly name: string;
  readonly world: World;
  /** From a new canary instead of an initialized one. */
  readonly fromNothing?: true;
  /** What others do. */
  go(scenario: Scenario): void | Promise<void>;
  /** Undefined: once the canary rests. */
  readonly until?: (scenario: Scenario) => boolean;
}

const one: Strategy = { name: 'one weight', analysis: { stepWeights: [50] } };
const ship = (scenario: Scenario): void => scenario.ship('podinfo:2');
const usual = (strategy: Strategy, analysis = {}): World =>
  // An API that says nothing for a minute must not be what the deadline is about.
  worldOf(strategy, allHooks, { analysis: { interval: '5s', ...analysis }, progressDeadlineSeconds: 300 });

const answered = (path: string, reply: number, analysis = {}): World => {
  const world = usual(one, analysis);
  return { ...world, replies: { ...world.replies, [path]: reply } };
};

export const journeys: readonly Journey[] = [
  ...strategies.map((strategy) => ({ name: strategy.name, world: usual(strategy), go: ship })),
  {
    name: 'a new canary',
    // One that is suspended before it ever ran is left alone: the journey begins when it no longer is.
    world: { ...usual(one), spec: { ...usual(one).spec, suspend: true } },
    fromNothing: true,
    go: (scenario) => scenario.edit(() => ({ suspend: false })),
  },
  { name: 'rollback at the threshold', world: answered('/load', 500, { threshold: 1 }), go: ship },
  { name: 'rollback asked for', world: answered('/switch', 200), go: ship },
  {
    name: 'rollback of a canary that does not start',
    world: usual(one),
    go(scenario) {
      scenario.kubelet.setHealthy('podinfo:2', false);
      ship(scenario);
    },
  },
  {
    name: 'a promotion whose primary does not start',
    world: usual(one),
    go(scenario) {
      scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
      ship(scenario);
    },
  },
  {
    name: 'abort',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await scenario.until(() => scenario.status().canaryWeight > 0);
      const canary = scenario.canary();
      const annotations = { ...canary.metadata.annotations, 'sluice.dev/abort': 'enough' };
      const found = scenario.store.get(canaries, { namespace: 'test', name: 'podinfo' });
      if (found !== undefined)
        scenario.store.update(canaries, { ...found, metadata: { ...found.metadata, annotations } });
    },
  },
  {
    name: 'a target put back',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await scenario.until(() => scenario.status().canaryWeight > 0);
      scenario.ship('podinfo:1');
      await scenario.until(
        () => scenario.status().phase === 'Finalising' || isResting(scenario.status().phase),
      );
    },
  },
  {
    name: 'a newer revision',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await scenario.until(() => scenario.status().canaryWeight > 0);
      scenario.ship('podinfo:3');
    },
    until: (scenario) =>
      scenario.image('podinfo-primary') === 'podinfo:3' && isResting(scenario.status().phase),
  },
];

export interface EndState {
  readonly phase: string;
  readonly rules: string | undefined;
  readonly sizes: readonly number[];
  readonly primary: string;
  readonly promoted: string | undefined;
  readonly services: string;
  readonly postRollout: readonly string[];
  readonly events: readonly string[];
}

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
      const ends =
        journey.until ??
        ((): boolean =>
          isResting(scenario.status().phase) &&
          (journey.fromNothing === true || (scenario.status().run?.id ?? '') !== (before ?? '')));
      await scenario.until(() => ends(scenario), 1_200_000);
      await scenario.clock.advance('2m');
      return endOf(scenario, heard);
    },
  };
}

function endOf(scenario: Scenario, heard: number): EndState {
  const { status } = { status: scenario.status() };
  const calls = scenario.receiver.received.slice(heard);
  const told = new Set(
    calls
      .filter(({ path }) => path === '/post')
      .map(
        ({ payload }) =>
          `${String(payload['phase'])} ${String(payload['revision'])} ${String(payload['deliveryId'])}`,
      ),
  );
  const events = calls.filter(({ path }) => path === '/event');
  const texts = events.map(({ payload }) => (payload['metadata'] as { eventMessage: string }).eventMessage);
  const spec = scenario.route()?.['spec'] as { rules?: unknown } | undefined;
  return {
    phase: status.phase,
    rules: JSON.stringify(spec?.rules),
    sizes: [scenario.replicas('podinfo'), scenario.replicas('podinfo-primary')],
    primary: JSON.stringify(
      (scenario.deployment('podinfo-primary')?.['spec'] as { template?: unknown } | undefined)?.template,
    ),
    promoted: status.lastPromotedSpec,
    services: JSON.stringify(
      scenario.services().map(({ metadata, ...rest }) => [metadata.name, rest['spec']]),
    ),
    // An id may have been heard twice, never two ids for one end.
    postRollout: [...told].map((text) => text.split(' ').slice(0, 2).join(' ')),
    events: [...new Set(texts)].toSorted(),
  };
}

import { describe, expect, it } from 'vitest';
import { horizontalPodAutoscalers, httpRoutes, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';
import { scenarioHpa } from '../support/scenario/objects.ts';
import { annotateAbort, placeNamed, runPlaces, standingAt } from '../support/scenario/places.ts';
import type { RunPlace } from '../support/scenario/places.ts';

const always = Number.POSITIVE_INFINITY;
const at = (name: string) => ({ namespace: 'test', name });

function touch({ store }: Scenario, resource: ResourceType, name: string, change: Partial<AnyKubeObject>) {
  const found = store.get(resource, at(name));
  if (found === undefined) throw new Error(`no ${resource.kind} ${name}`);
  store.update(resource, { ...found, ...change });
}

const spoil = (scenario: Scenario, resource: ResourceType, name: string): void =>
  touch(scenario, resource, name, { spec: { ...specOf(scenario, resource, name), spoilt: 'by somebody' } });
const specOf = ({ store }: Scenario, resource: ResourceType, name: string): object =>
  (store.get(resource, at(name))?.['spec'] as object | undefined) ?? {};

/** A duty that cannot be done. `blind`: the traffic cannot be moved before the fault is over. */
interface Fault {
  readonly name: string;
  readonly options?: ScenarioOptions;
  readonly strike: (scenario: Scenario) => void;
  readonly heal?: (scenario: Scenario) => void;
  readonly blind?: true;
  /** Places at which it cannot be told from something else. */
  readonly except?: readonly string[];
}

const scaled: ScenarioOptions = {
  objects: [[horizontalPodAutoscalers, scenarioHpa()]],
  spec: {
    autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' },
  },
};
const gatewayRefs = [{ name: 'gateway' }];

const faults: readonly Fault[] = [
  {
    name: 'gatewayRefs are emptied',
    strike: (scenario) =>
      scenario.edit(({ service }) => ({ service: { ...service, port: 9898, gatewayRefs: [] } })),
    heal: (scenario) =>
      scenario.edit(({ service }) => ({ service: { ...service, port: 9898, gatewayRefs } })),
  },
  {
    name: 'the provider becomes one that does not exist',
    strike: (scenario) => scenario.edit(() => ({ provider: 'nginx' })),
    heal: (scenario) => scenario.edit(() => ({ provider: 'gatewayapi:v1' })),
  },
  {
    name: 'the spec becomes one that nobody can run',
    strike: (scenario) => scenario.edit(({ analysis }) => ({ analysis: { ...analysis, interval: '5s5x' } })),
    heal: (scenario) => scenario.edit(({ analysis }) => ({ analysis: { ...analysis, interval: '10s' } })),
  },
  ...([403, 422] as const).flatMap((code): readonly Fault[] => [
    {
      name: `the route is deleted, and another one is answered with ${code}`,
      strike(scenario) {
        scenario.api.break(/^POST .*httproutes$/, code, always);
        scenario.store.delete(httpRoutes, at('podinfo'));
      },
      blind: true,
    },
    {
      name: `patches of the route are answered with ${code}`,
      strike: ({ api }) => api.break(/^PATCH .*httproutes\/podinfo$/, code, always),
      blind: true,
    },
    {
      name: `a service is deleted, and another one is answered with ${code}`,
      strike(scenario) {
        scenario.api.break(/^POST .*services$/, code, always);
        scenario.store.delete(services, at('podinfo'));
      },
    },
    {
      name: `patches of services are answered with ${code}`,
      strike(scenario) {
        scenario.api.break(/^PATCH .*services\//, code, always);
        spoil(scenario, services, 'podinfo-canary');
      },
    },
    {
      name: `patches of the scaler are answered with ${code}`,
      options: scaled,
      strike(scenario) {
        scenario.api.break(/^PATCH .*horizontalpodautoscalers\//, code, always);
        spoil(scenario, horizontalPodAutoscalers, 'podinfo-primary');
      },
    },
    {
      name: `the finalizer is answered with ${code}`,
      strike(scenario) {
        scenario.api.break(/^PATCH .*canaries\/podinfo$/, code, always);
        scenario.edit(() => ({ revertOnDeletion: true }));
      },
    },
    {
      name: `the size of the target is answered with ${code}`,
      strike: ({ api }) => api.break(/^PATCH .*deployments\/podinfo$/, code, always),
    },
    {
      name: `patches of the primary are answered with ${code}`,
      strike: ({ api }) => api.break(/^PATCH .*deployments\/podinfo-primary$/, code, always),
    },
  ]),
  {
    name: "the target's scaler is deleted",
    options: scaled,
    strike: ({ store }) => store.delete(horizontalPodAutoscalers, at('podinfo')),
    heal: ({ store }) => void store.create(horizontalPodAutoscalers, scenarioHpa()),
  },
];

interface Brake {
  readonly name: string;
  readonly at: readonly string[];
  readonly pull: (scenario: Scenario) => void;
  /** How long it may take to be obeyed (milliseconds). */
  readonly withinMs: number;
  readonly options?: ScenarioOptions;
}

const all = runPlaces.map(({ id }) => id as string);
const brakes: readonly Brake[] = [
  { name: 'an abort', at: all, pull: (scenario) => annotateAbort(scenario, 'stop it'), withinMs: 3_000 },
  {
    name: 'a rollback hook',
    at: all,
    pull: ({ receiver }) => receiver.reply('/switch', 200),
    withinMs: 5_000,
  },
  {
    name: 'the threshold',
    at: ['analysing', 'waiting-promotion', 'confirmed'],
    pull: ({ receiver }) => receiver.reply('/load', 500),
    withinMs: 60_000,
    options: { analysis: { threshold: 2 } },
  },
  {
    name: 'the deadline',
    at: ['analysing', 'confirmed', 'copying', 'returning'],
    pull: ({ kubelet }) => kubelet.setHealthy('podinfo:2', false, 'podinfo'),
    withinMs: 130_000,
  },
];

/** The run is on its way out: whatever comes, it is not promoted any more. */
const isObeyed = (scenario: Scenario): boolean => scenario.status().run?.cause !== undefined;

async function expectStopped(scenario: Scenario): Promise<void> {
  await scenario.reaches('Failed', 400_000);
  await scenario.until(() => scenario.replicas('podinfo') === 0, 400_000);
  await scenario.until(() => (scenario.weight() ?? 0) === 0, 400_000);
  expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
}

async function check(place: RunPlace, fault: Fault, brake: Brake): Promise<void> {
  const analysis = { ...fault.options?.analysis, ...brake.options?.analysis };
  const scenario = await standingAt(place, { ...fault.options, analysis });
  fault.strike(scenario);
  await scenario.clock.advance('2s');
  brake.pull(scenario);
  await scenario.until(() => isObeyed(scenario), brake.withinMs);
  await scenario.clock.advance('5s');
  const sided = fault.blind === true || place.id === 'finalising' || place.id === 'returning';
  if (!sided) expect(scenario.weight() ?? 0).toBe(0);
  scenario.api.heal();
  fault.heal?.(scenario);
  place.release?.(scenario);
  scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo');
  await expectStopped(scenario);
  await scenario.end();
}

describe.each(brakes.map((brake) => [brake.name, brake] as const))('%s is obeyed', (_name, brake) => {
  describe.each(brake.at)('at %s', (id) => {
    it.each(faults.map((fault) => [fault.name, fault] as const))('while %s', async (_fault, fault) => {
      await check(placeNamed(id as RunPlace['id']), fault, brake);
    });
  });
});

describe('a deletion in the middle of a run', () => {
  it.each(faults.map((fault) => [fault.name, fault] as const))(
    'is not held up while %s',
    async (_name, fault) => {
      const scenario = await standingAt(placeNamed('analysing'), fault.options);
      fault.strike(scenario);
      await scenario.clock.advance('2s');
      scenario.store.delete(canaries, at('podinfo'));
      await scenario.until(() => scenario.store.get(canaries, at('podinfo')) === undefined, 70_000);
      await scenario.end();
    },
  );
});

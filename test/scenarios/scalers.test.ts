import { describe, expect, it } from 'vitest';
import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments, horizontalPodAutoscalers } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';
import { scenarioHpa as hpa } from '../support/scenario/objects.ts';

const autoscalerRef = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  name: 'podinfo',
} as const satisfies CanarySpec['autoscalerRef'];
const budgets: ResourceType = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
};
const ref = (name: string) => ({ namespace: 'test', name });

async function scaled(options: ScenarioOptions = {}, source = hpa()): Promise<Scenario> {
  const scenario = await createScenario({
    objects: [[horizontalPodAutoscalers, source]],
    ...options,
    spec: { autoscalerRef, ...options.spec },
  });
  await scenario.reaches('Initialized');
  return scenario;
}

interface HpaSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly scaleTargetRef: Readonly<Record<string, unknown>>;
  readonly metrics: readonly unknown[];
}

const specOf = (scenario: Scenario, name: string): HpaSpec | undefined =>
  scenario.store.get(horizontalPodAutoscalers, ref(name))?.['spec'] as HpaSpec | undefined;

function change(scenario: Scenario, name: string, fields: Readonly<Record<string, unknown>>): void {
  const object = scenario.store.get(horizontalPodAutoscalers, ref(name));
  if (object === undefined) throw new Error(`no scaler ${name}`);
  scenario.store.update(horizontalPodAutoscalers, {
    ...object,
    spec: { ...(object['spec'] as object), ...fields },
  });
}

/** What a scaler, or a person, does. */
function resize(scenario: Scenario, name: string, replicas: number): void {
  const object = scenario.deployment(name) as AnyKubeObject;
  scenario.store.update(deployments, { ...object, spec: { ...(object['spec'] as object), replicas } });
}

describe("the primary's autoscaler", () => {
  it("is made when the canary is initialized: the target's, for the primary", async () => {
    const scenario = await scaled();
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({
      minReplicas: 2,
      maxReplicas: 10,
      scaleTargetRef: { kind: 'Deployment', name: 'podinfo-primary' },
    });
    expect(specOf(scenario, 'podinfo-primary')?.metrics).toEqual(specOf(scenario, 'podinfo')?.metrics);
  });

  it('follows a change of its original at once, without a rollout', async () => {
    const scenario = await scaled();
    change(scenario, 'podinfo', { maxReplicas: 20, minReplicas: 3 });
    await scenario.clock.advance('1s');
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({ minReplicas: 3, maxReplicas: 20 });
    expect(scenario.status().phase).toBe('Initialized');
  });

  it('follows a change of primaryScalerReplicas at once', async () => {
    const scenario = await scaled();
    scenario.edit(() => ({ autoscalerRef: { ...autoscalerRef, primaryScalerReplicas: { minReplicas: 4 } } }));
    await scenario.clock.advance('1s');
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({ minReplicas: 4, maxReplicas: 10 });
  });

  it('is repaired when somebody changes or deletes it', async () => {
    const scenario = await scaled();
    change(scenario, 'podinfo-primary', { maxReplicas: 1, minReplicas: 1 });
    await scenario.clock.advance('1s');
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({ minReplicas: 2, maxReplicas: 10 });
    scenario.store.delete(horizontalPodAutoscalers, ref('podinfo-primary'));
    await scenario.clock.advance('1s');
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({ minReplicas: 2, maxReplicas: 10 });
  });

  it('goes when autoscalerRef is taken out, also after a restart', async () => {
    const scenario = await scaled();
    scenario.kill();
    const canary = scenario.store.get(canaries, ref('podinfo')) as AnyKubeObject;
    const { autoscalerRef: _out, ...spec } = asRecord(canary['spec']);
    scenario.store.update(canaries, { ...canary, spec });
    await scenario.replace();
    await scenario.clock.advance('1s');
    expect(specOf(scenario, 'podinfo-primary')).toBeUndefined();
    expect(specOf(scenario, 'podinfo')).toBeDefined();
  });

  it('costs no pass when it writes what its metrics say', async () => {
    const scenario = await scaled();
    await scenario.clock.advance('10s');
    const passes = scenario.passes();
    const object = scenario.store.get(horizontalPodAutoscalers, ref('podinfo-primary')) as AnyKubeObject;
    scenario.store.update(
      horizontalPodAutoscalers,
      { ...object, status: { currentReplicas: 5, desiredReplicas: 6 } },
      { subresource: 'status' },
    );
    await scenario.clock.advance('10s');
    expect(scenario.passes()).toBe(passes);
  });

  it('with bounds that cross is refused by name; a canary that serves goes on with the one it has', async () => {
    const scenario = await scaled();
    scenario.edit(() => ({
      autoscalerRef: { ...autoscalerRef, primaryScalerReplicas: { minReplicas: 20 } },
    }));
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.messages().join('\n')).toMatch(/primaryScalerReplicas.*at least 20 and at most 10/);
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({ maxReplicas: 10 });
  });
});

describe('an autoscaler that does not exist', () => {
  it('is named; the canary is initialized when it comes', async () => {
    const scenario = await createScenario({ spec: { autoscalerRef } });
    await scenario.clock.advance('30s');
    expect(scenario.status().waiting).toMatchObject({ step: 'follow-scaler', for: 'person' });
    expect(scenario.status().waiting?.message).toContain(
      'HorizontalPodAutoscaler test/podinfo does not exist',
    );
    expect(scenario.replicas('podinfo')).toBe(2);
    scenario.store.create(horizontalPodAutoscalers, hpa());
    await scenario.reaches('Initialized');
  });

  it('any more is said once, and holds up no run', async () => {
    const scenario = await scaled();
    scenario.store.delete(horizontalPodAutoscalers, ref('podinfo'));
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.events().filter((event) => event === 'Warning ScalerMissing')).toHaveLength(1);
    expect(specOf(scenario, 'podinfo-primary')).toBeDefined();
  });
});

describe('the size of a primary with an autoscaler', () => {
  it('cannot fall while a run is on, and can again afterwards', async () => {
    const scenario = await scaled({ hooks: [['confirm-promotion', '/gate']], replies: { '/gate': 403 } });
    resize(scenario, 'podinfo-primary', 6);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    expect(specOf(scenario, 'podinfo-primary')?.minReplicas).toBe(6);
    change(scenario, 'podinfo', { minReplicas: 1, maxReplicas: 4 });
    await scenario.clock.advance('1s');
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({ minReplicas: 6, maxReplicas: 6 });
    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('1s');
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({ minReplicas: 1, maxReplicas: 4 });
  });

  it('is what all traffic needs before all traffic comes back', async () => {
    const scenario = await scaled();
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 50);
    resize(scenario, 'podinfo', 4);
    await scenario.until(() => scenario.weight() === 0);
    expect(scenario.replicas('podinfo-primary')).toBe(8);
    const pods = scenario.deployment('podinfo-primary')?.['status'] as { availableReplicas: number };
    expect(pods.availableReplicas).toBe(8);
    await scenario.reaches('Succeeded');
  });

  it('is asked for once, and not again at each step of the way back', async () => {
    const scenario = await scaled({ analysis: { stepWeightPromotion: 20 } });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 50);
    resize(scenario, 'podinfo', 4);
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 30, 10, 0]);
    expect(scenario.replicas('podinfo-primary')).toBe(8);
  });

  it('is that of the canary before traffic leaves it, where the canary had all of it', async () => {
    const scenario = await scaled({ analysis: { iterations: 2 } });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 100);
    resize(scenario, 'podinfo', 7);
    await scenario.until(() => scenario.weight() === 0);
    expect(scenario.replicas('podinfo-primary')).toBe(7);
    await scenario.reaches('Succeeded');
  });

  it('waits for its pods: traffic stays where it is while they do not come up, and a crash changes nothing', async () => {
    const scenario = await scaled();
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 50);
    resize(scenario, 'podinfo', 4);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.until(() => scenario.replicas('podinfo-primary') === 8);
    await scenario.clock.advance('10s');
    expect(scenario.weight()).toBe(50);
    scenario.kill();
    await scenario.replace();
    await scenario.clock.advance('10s');
    expect(scenario.weight()).toBe(50);
    expect(scenario.replicas('podinfo-primary')).toBe(8);
    scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo-primary');
    await scenario.reaches('Succeeded');
  });

  it('does not grow for a canary at its least, nor beyond the most that its scaler allows', async () => {
    const scenario = await scaled();
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.replicas('podinfo-primary')).toBe(2);
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.weight() === 50);
    resize(scenario, 'podinfo', 9);
    await scenario.reaches('Succeeded');
    expect(scenario.replicas('podinfo-primary')).toBe(10);
  });

  it('is not written by a promotion, nor put back when somebody changes it', async () => {
    const scenario = await scaled();
    resize(scenario, 'podinfo-primary', 5);
    await scenario.clock.advance('5s');
    expect(scenario.replicas('podinfo-primary')).toBe(5);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    resize(scenario, 'podinfo-primary', 7);
    resize(scenario, 'podinfo', 3);
    await scenario.clock.advance('1s');
    expect(scenario.replicas('podinfo-primary')).toBe(7);
    expect(scenario.replicas('podinfo')).toBe(3);
    await scenario.reaches('Succeeded');
    expect(scenario.replicas('podinfo-primary')).toBe(7);
  });
});

describe('a target with an autoscaler', () => {
  it('is woken with the least that its scaler allows', async () => {
    const scenario = await scaled({}, hpa('podinfo', { minReplicas: 3 }));
    resize(scenario, 'podinfo-primary', 8);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.replicas('podinfo') > 0);
    expect(scenario.replicas('podinfo')).toBe(3);
  });
});

describe('an API server that refuses the autoscaler', () => {
  it.each([500, 409, 403] as const)('with %s for a while does not keep a run from its end', async (fault) => {
    const scenario = await scaled();
    resize(scenario, 'podinfo-primary', 6);
    await scenario.clock.advance('1s');
    scenario.api.break(/(PATCH|POST) .*horizontalpodautoscalers/, fault, 3);
    scenario.ship('podinfo:2');
    await scenario.until(() => specOf(scenario, 'podinfo-primary')?.minReplicas === 6, 5_000);
    await scenario.reaches('Succeeded');
  });
});

describe('a PodDisruptionBudget', () => {
  it('is left alone: none is read, and none is written', async () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'podinfo', namespace: 'test' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'podinfo' } } },
    };
    const scenario = await scaled({
      objects: [
        [horizontalPodAutoscalers, hpa()],
        [budgets, budget],
      ],
      // A list, a watch, a read or a write of one would break, and be counted.
      faults: [[/poddisruptionbudgets/, 500, 1000]],
    });
    const before = scenario.store.get(budgets, ref('podinfo'));
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.api.lastFaultAt()).toBe(Number.NEGATIVE_INFINITY);
    expect(scenario.store.list(budgets)).toEqual([before]);
  });
});

import { describe, expect, it } from 'vitest';
import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import {
  customResourceDefinitions,
  deployments,
  horizontalPodAutoscalers,
  scaledObjects,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import {
  pausedAt,
  scaledObjectDefinition,
  scenarioScaledObject,
  startFakeKeda,
} from '../support/scenario/keda.ts';
import { scenarioHpa } from '../support/scenario/objects.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

const autoscalerRef = {
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  name: 'podinfo',
} as const satisfies CanarySpec['autoscalerRef'];
const ref = (name: string) => ({ namespace: 'test', name });

async function scaled(options: ScenarioOptions = {}, source = scenarioScaledObject()): Promise<Scenario> {
  const scenario = await createScenario({
    ...options,
    objects: [
      [customResourceDefinitions, scaledObjectDefinition],
      [scaledObjects, source],
      ...(options.objects ?? []),
    ],
    spec: { autoscalerRef, ...options.spec },
  });
  startFakeKeda(scenario.store, scenario.clock);
  await scenario.reaches('Initialized');
  return scenario;
}

const find = (scenario: Scenario, name = 'podinfo'): AnyKubeObject | undefined =>
  scenario.store.get(scaledObjects, ref(name));
const specOf = (scenario: Scenario, name: string) => asRecord(find(scenario, name)?.['spec']);

/** What a GitOps tool does that knows nothing of pauses, or a person that pauses. */
function annotate(scenario: Scenario, annotations: Readonly<Record<string, string>>): void {
  const object = find(scenario) as AnyKubeObject;
  scenario.store.update(scaledObjects, { ...object, metadata: { ...object.metadata, annotations } });
}

/** Sizes of the target from now on, each with what KEDA was told at that moment. */
function sizes(scenario: Scenario): readonly string[] {
  const seen: string[] = [];
  scenario.store.subscribe(deployments, ({ object }) => {
    if (object.metadata.name !== 'podinfo') return;
    const size = `${scenario.replicas('podinfo')} ${pausedAt(find(scenario)) === '0' ? 'paused' : 'free'}`;
    if (seen.at(-1) !== size) seen.push(size);
  });
  return seen;
}

function refer(scenario: Scenario, autoscaler: CanarySpec['autoscalerRef']): void {
  const canary = scenario.store.get(canaries, ref('podinfo')) as AnyKubeObject;
  const { autoscalerRef: _before, ...spec } = asRecord(canary['spec']);
  const after = autoscaler === undefined ? spec : { ...spec, autoscalerRef: autoscaler };
  scenario.store.update(canaries, { ...canary, spec: after });
}

describe("the primary's ScaledObject", () => {
  it("is the target's, for the primary and by the primary's own load", async () => {
    const scenario = await scaled();
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({
      scaleTargetRef: { name: 'podinfo-primary' },
      minReplicaCount: 2,
      maxReplicaCount: 10,
      triggers: [{ metadata: { query: 'sum(rate(requests{app="podinfo-primary"}[1m]))' } }],
    });
    expect(pausedAt(find(scenario, 'podinfo-primary'))).toBeUndefined();
  });

  it('follows a change of its original, and of its queries, at once', async () => {
    const scenario = await scaled();
    const object = find(scenario) as AnyKubeObject;
    const spec = { ...specOf(scenario, 'podinfo'), pollingInterval: 5, minReplicaCount: 3 };
    scenario.store.update(scaledObjects, { ...object, spec });
    refer(scenario, { ...autoscalerRef, primaryScalerQueries: { requests: 'own' } });
    await scenario.clock.advance('1s');
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({
      pollingInterval: 5,
      minReplicaCount: 3,
      triggers: [{ metadata: { query: 'own' } }],
    });
    expect(scenario.status().phase).toBe('Initialized');
  });

  it('goes when the Canary names a HorizontalPodAutoscaler instead, also after a restart, and comes back', async () => {
    const scenario = await scaled({ objects: [[horizontalPodAutoscalers, scenarioHpa()]] });
    scenario.kill();
    refer(scenario, { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' });
    await scenario.replace();
    await scenario.clock.advance('1s');
    expect(find(scenario, 'podinfo-primary')).toBeUndefined();
    expect(scenario.store.get(horizontalPodAutoscalers, ref('podinfo-primary'))).toBeDefined();
    refer(scenario, autoscalerRef);
    await scenario.clock.advance('1s');
    expect(find(scenario, 'podinfo-primary')).toBeDefined();
    expect(scenario.store.get(horizontalPodAutoscalers, ref('podinfo-primary'))).toBeUndefined();
  });

  it('does not let the primary shrink while a run is on', async () => {
    const scenario = await scaled();
    const primary = scenario.deployment('podinfo-primary') as AnyKubeObject;
    scenario.store.update(deployments, { ...primary, spec: { ...asRecord(primary['spec']), replicas: 6 } });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({ minReplicaCount: 6 });
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('1s');
    expect(specOf(scenario, 'podinfo-primary')).toMatchObject({ minReplicaCount: 2 });
  });
});

describe('a target that KEDA may take to zero', () => {
  const idle = scenarioScaledObject({ minReplicaCount: 0 });

  it('is woken with one pod, which is no sign that all traffic needs many', async () => {
    const scenario = await scaled({ analysis: { stepWeights: [5] } }, idle);
    const before = scenario.replicas('podinfo-primary');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 5);
    expect(scenario.replicas('podinfo')).toBe(1);
    await scenario.reaches('Succeeded');
    expect(scenario.replicas('podinfo-primary')).toBe(before);
  });

  it('is started again when KEDA stops it in the middle of a run, and its traffic waits for it', async () => {
    const scenario = await scaled(
      { hooks: [['confirm-promotion', '/gate']], replies: { '/gate': 403 } },
      idle,
    );
    scenario.ship('podinfo:2');
    await scenario.reaches('WaitingPromotion');
    const target = scenario.deployment('podinfo') as AnyKubeObject;
    scenario.store.update(deployments, { ...target, spec: { ...asRecord(target['spec']), replicas: 0 } });
    await scenario.until(() => scenario.replicas('podinfo') === 1 && scenario.weight() === 50);
    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded');
  });
});

describe('KEDA, which wakes a workload at zero,', () => {
  it('is paused while the target rests, and works while it runs', async () => {
    const scenario = await scaled();
    expect(pausedAt(find(scenario))).toBe('0');
    await scenario.clock.advance('5m');
    expect(scenario.replicas('podinfo')).toBe(0);
    const seen = sizes(scenario);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    expect(pausedAt(find(scenario))).toBeUndefined();
    expect(scenario.replicas('podinfo')).toBe(2);
    await scenario.reaches('Succeeded');
    expect(pausedAt(find(scenario))).toBe('0');
    await scenario.clock.advance('5m');
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.history.weights).toEqual([25, 50, 0]);
    expect(seen).toEqual(['0 paused', '2 free', '0 paused']);
  });

  it('is paused again after a rollback', async () => {
    const scenario = await scaled({
      hooks: [['rollout', '/load']],
      analysis: { threshold: 1 },
      replies: { '/load': 500 },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Failed');
    await scenario.clock.advance('5m');
    expect(pausedAt(find(scenario))).toBe('0');
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('is paused again when a GitOps tool takes the annotation away, at rest', async () => {
    const scenario = await scaled();
    await scenario.clock.advance('10s');
    const seen = sizes(scenario);
    annotate(scenario, { theirs: 'x' });
    await scenario.clock.advance('5m');
    expect(seen).toEqual([]);
    expect(pausedAt(find(scenario))).toBe('0');
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(find(scenario)?.metadata.annotations).toMatchObject({ theirs: 'x' });
    expect(scenario.status().phase).toBe('Initialized');
  });

  it('works on when somebody pauses the target at zero in the middle of a run', async () => {
    const scenario = await scaled({ hooks: [['confirm-promotion', '/gate']], replies: { '/gate': 403 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('WaitingPromotion');
    annotate(scenario, { 'autoscaling.keda.sh/paused-replicas': '0' });
    await scenario.clock.advance('1m');
    expect(pausedAt(find(scenario))).toBeUndefined();
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.weight()).toBe(50);
  });

  it('stays paused while a new revision waits for its approval', async () => {
    const scenario = await scaled({ hooks: [['confirm-rollout', '/gate']], replies: { '/gate': 'silence' } });
    scenario.ship('podinfo:2');
    await scenario.clock.advance('5s');
    expect(pausedAt(find(scenario))).toBe('0');
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('is not paused while the primary is down: the target is all there is', async () => {
    const scenario = await scaled();
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    await scenario.clock.advance('1s');
    annotate(scenario, {});
    await scenario.until(() => scenario.weight() === 100);
    await scenario.clock.advance('2m');
    expect(scenario.replicas('podinfo')).toBe(2);
    scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo-primary');
    await scenario.until(() => scenario.replicas('podinfo') === 0);
    expect(scenario.weight()).toBe(0);
    expect(pausedAt(find(scenario))).toBe('0');
  });

  it('lets a deleted Canary go back to a target that grows by itself again', async () => {
    const scenario = await scaled({ spec: { revertOnDeletion: true } });
    scenario.store.delete(canaries, ref('podinfo'));
    await scenario.until(() => scenario.store.get(canaries, ref('podinfo')) === undefined);
    expect(pausedAt(find(scenario))).toBeUndefined();
    expect(scenario.replicas('podinfo')).toBe(2);
  });

  it('costs no request while a canary rests, nor does its absence', async () => {
    for (const scenario of [await scaled(), await createScenario()]) {
      await scenario.reaches('Initialized');
      await scenario.clock.advance('10s');
      scenario.api.takeRequests();
      const passes = scenario.passes();
      await scenario.clock.advance('10m');
      expect(scenario.api.takeRequests()).toEqual([]);
      expect(scenario.passes()).toBe(passes);
    }
  });

  it('is looked for once where it is not installed, and said to be missing where a Canary needs it', async () => {
    const scenario = await createScenario();
    await scenario.reaches('Initialized');
    scenario.api.break(/scaledobjects/, 500, 1);
    const before = scenario.api.lastFaultAt();
    await scenario.clock.advance('10m');
    expect(scenario.api.lastFaultAt()).toBe(before);
    scenario.api.heal();
    scenario.edit(() => ({ autoscalerRef }));
    await scenario.clock.advance('1m');
    expect(scenario.condition('Invalid')?.message).toMatch(/autoscalerRef.kind.*ScaledObject.*not installed/);
  });
});

describe('what Flagger left of KEDA', () => {
  /** As Flagger would have left it: without owners that are gone, nor a word of ours. */
  const bare = (object: AnyKubeObject | undefined, annotations = {}): AnyKubeObject => {
    if (object === undefined) throw new Error('nothing to leave');
    const { name, labels } = object.metadata;
    return { ...object, metadata: { name, namespace: 'test', labels: labels ?? {}, annotations } };
  };

  it('is taken over: the target stays paused, and a primary that was paused with it is set free', async () => {
    const pause = { 'autoscaling.keda.sh/paused-replicas': '0' };
    const before = await scaled();
    const scenario = await createScenario({
      spec: { autoscalerRef },
      target: bare(before.deployment('podinfo')),
      objects: [
        [customResourceDefinitions, scaledObjectDefinition],
        [deployments, bare(before.deployment('podinfo-primary'))],
        [scaledObjects, bare(find(before), pause)],
        [scaledObjects, bare(find(before, 'podinfo-primary'), pause)],
      ],
      status: { phase: 'Succeeded', lastAppliedSpec: '7b9f5d8c', lastPromotedSpec: '7b9f5d8c' },
    });
    scenario.api.break(/(PATCH|POST|PUT|DELETE) .*scaledobjects\/podinfo$/, 500, 1000);
    await scenario.clock.advance('1m');
    expect(scenario.messages()).toContain('Adopted podinfo as it is; no run is started');
    expect(scenario.api.lastFaultAt()).toBe(Number.NEGATIVE_INFINITY);
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(pausedAt(find(scenario, 'podinfo-primary'))).toBeUndefined();
    expect(scenario.deployment('podinfo-primary')?.metadata.generation).toBe(1);
  });
});

describe('a crash between the pause and the size', () => {
  it.each([
    ['the target is stopped', /PATCH .*scaledobjects\/podinfo$/, 'podinfo:3', 'Failed'],
    ['the target is started', /PATCH .*scaledobjects\/podinfo$/, 'podinfo:2', 'Succeeded'],
  ] as const)('heals where %s', async (_when, request, image, end) => {
    const scenario = await scaled({
      hooks: [['rollout', '/load']],
      analysis: { threshold: 1 },
      replies: { '/load': image === 'podinfo:3' ? 500 : 200 },
    });
    let writes = 0;
    const dies = image === 'podinfo:3' ? 2 : 1;
    scenario.api.onWrite = (name) => {
      if (!request.test(name)) return;
      writes += 1;
      if (writes === dies) scenario.kill();
    };
    scenario.ship(image);
    await scenario.until(() => writes === dies);
    await scenario.clock.advance('1m');
    await scenario.replace();
    await scenario.reaches(end);
    await scenario.clock.advance('2m');
    expect(pausedAt(find(scenario))).toBe('0');
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.weight()).toBe(0);
  });
});

describe('an API server that refuses to pause or to resume', () => {
  it('for a while delays a run and does not keep it from its end', async () => {
    const scenario = await scaled();
    scenario.api.break(/PATCH .*scaledobjects\/podinfo$/, 500, 3);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('1m');
    expect(pausedAt(find(scenario))).toBe('0');
  });

  it('for ever fails the run at its deadline: nothing is started that KEDA would stop', async () => {
    const scenario = await scaled({ spec: { progressDeadlineSeconds: 60 } });
    scenario.api.break(/PATCH .*scaledobjects\/podinfo$/, 403, 1000);
    scenario.ship('podinfo:2');
    await scenario.reaches('Failed', 300_000);
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.events()).toContain('Warning ApiRefused');
    expect(scenario.weight()).toBe(0);
  });
});

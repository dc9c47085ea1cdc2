import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, daemonSets, pods } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isStopped } from '@sluice/sluice/workloads/daemon-set-readiness.ts';
import { changeConfig, configMap, copyOf } from '../support/scenario/configs.ts';
import { scenarioDaemonSet } from '../support/scenario/objects.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

const targetRef = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' } as const;

function created(options: ScenarioOptions = {}): Promise<Scenario> {
  return createScenario({
    target: scenarioDaemonSet('podinfo:1'),
    ...options,
    spec: { targetRef, ...options.spec },
  });
}

async function initialized(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await created(options);
  await scenario.reaches('Initialized');
  return scenario;
}

const find = (scenario: Scenario, name: string): AnyKubeObject => {
  const object = scenario.deployment(name);
  if (object === undefined) throw new Error(`no DaemonSet ${name}`);
  return object;
};
const runs = (scenario: Scenario, name: string): boolean => !isStopped(find(scenario, name));
/** Images of the pods of one side, terminating ones aside. */
const podsOf = (scenario: Scenario, app: string): readonly unknown[] =>
  scenario.store
    .list(pods, { namespace: 'test' })
    .filter(({ metadata }) => metadata.labels?.['app'] === app && metadata.deletionTimestamp === undefined)
    .map((pod) => asRecord((asRecord(pod['spec'])['containers'] as readonly unknown[])[0])['image']);

/** What somebody does who applies the manifest of the target again, whole. */
function applyAgain(
  scenario: Scenario,
  change: (podSpec: Readonly<Record<string, unknown>>) => object,
): void {
  const object = find(scenario, 'podinfo');
  const spec = asRecord(object['spec']);
  const template = asRecord(spec['template']);
  const after = { ...template, spec: change(asRecord(template['spec'])) };
  scenario.store.update(daemonSets, { ...object, spec: { ...spec, template: after } });
}

describe('a DaemonSet', () => {
  it('gets a primary, is stopped, and is promoted step by step', async () => {
    const scenario = await initialized();
    expect(runs(scenario, 'podinfo')).toBe(false);
    expect(podsOf(scenario, 'podinfo-primary')).toEqual(['podinfo:1']);
    await scenario.until(() => podsOf(scenario, 'podinfo').length === 0);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    expect(podsOf(scenario, 'podinfo')).toEqual(['podinfo:2']);
    await scenario.reaches('Succeeded');
    expect(podsOf(scenario, 'podinfo-primary')).toEqual(['podinfo:2']);
    expect(runs(scenario, 'podinfo')).toBe(false);
    expect(scenario.weight()).toBe(0);
    expect(scenario.history.weights.slice(0, 2)).toEqual([25, 50]);
  });

  it('is rolled back, and stopped', async () => {
    const scenario = await initialized({
      hooks: [['rollout', '/load']],
      analysis: { threshold: 1 },
      replies: { '/load': 500 },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Failed');
    await scenario.until(() => !runs(scenario, 'podinfo'));
    expect(podsOf(scenario, 'podinfo-primary')).toEqual(['podinfo:1']);
  });

  it('works where traffic cannot be split, too', async () => {
    const scenario = await initialized({ provider: 'kubernetes', analysis: { iterations: 2 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(podsOf(scenario, 'podinfo-primary')).toEqual(['podinfo:2']);
  });

  it('starts no run when it is stopped or started, and none when its manifest is applied again', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('10s');
    scenario.history.clear();
    applyAgain(scenario, ({ nodeSelector: _stop, ...podSpec }) => podSpec);
    await scenario.until(() => !runs(scenario, 'podinfo'));
    await scenario.clock.advance('30s');
    expect(scenario.status().phase).toBe('Initialized');
    expect(scenario.history.phases).toEqual([]);
  });

  it('is shipped by a manifest that does not know of the stop, node selector of its own and all', async () => {
    const scenario = await initialized();
    applyAgain(scenario, (podSpec) => {
      const { nodeSelector: _stop, ...rest } = podSpec;
      return { ...rest, terminationGracePeriodSeconds: 7 };
    });
    await scenario.reaches('Succeeded');
    const spec = asRecord(asRecord(find(scenario, 'podinfo-primary')['spec'])['template'])['spec'];
    expect(spec).toMatchObject({ terminationGracePeriodSeconds: 7 });
    expect(runs(scenario, 'podinfo-primary')).toBe(true);
  });

  it('keeps running while its primary has no ready pod: the last healthy copy is not stopped', async () => {
    const scenario = await initialized({ hooks: [['rollout', '/load']], analysis: { threshold: 1 } });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    scenario.kubelet.setHealthy('podinfo:1', false);
    await scenario.until(() => scenario.weight() === 100);
    scenario.receiver.reply('/load', 500);
    await scenario.reaches('Failed');
    await scenario.clock.advance('1m');
    expect(runs(scenario, 'podinfo')).toBe(true);
    expect(scenario.weight()).toBe(100);
    scenario.kubelet.setHealthy('podinfo:1', true);
    await scenario.until(() => !runs(scenario, 'podinfo'));
    expect(scenario.weight()).toBe(0);
  });

  it('gets no traffic before its pods are ready, and fails at the deadline without them', async () => {
    const scenario = await initialized({ spec: { targetRef, progressDeadlineSeconds: 60 } });
    scenario.kubelet.setHealthy('podinfo:2', false);
    scenario.ship('podinfo:2');
    await scenario.reaches('Failed', 180_000);
    expect(scenario.history.weights).toEqual([]);
    expect(scenario.messages().join('\n')).toMatch(
      /podinfo did not become ready in time: 0 of 1 pods available/,
    );
  });

  it('wakes a primary that somebody stopped in the middle of a run', async () => {
    const scenario = await initialized();
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    const primary = find(scenario, 'podinfo-primary');
    const spec = asRecord(primary['spec']);
    const template = asRecord(spec['template']);
    const nodeSelector = { 'flagger.app/scale-to-zero': 'true' };
    scenario.store.update(daemonSets, {
      ...primary,
      spec: { ...spec, template: { ...template, spec: { ...asRecord(template['spec']), nodeSelector } } },
    });
    await scenario.until(() => runs(scenario, 'podinfo-primary'));
    await scenario.reaches('Succeeded');
    expect(scenario.events()).toContain('Warning PrimaryWoken');
  });

  it('takes over again when its Canary is deleted with revertOnDeletion', async () => {
    const scenario = await initialized({ spec: { targetRef, revertOnDeletion: true } });
    scenario.store.delete(canaries, { namespace: 'test', name: 'podinfo' });
    await scenario.until(
      () => scenario.store.get(canaries, { namespace: 'test', name: 'podinfo' }) === undefined,
    );
    expect(podsOf(scenario, 'podinfo')).toEqual(['podinfo:1']);
  });

  it('has its configuration tracked and copied', async () => {
    const envFrom = [{ configMapRef: { name: 'settings' } }];
    const scenario = await initialized({
      target: scenarioDaemonSet('podinfo:1', { envFrom }),
      objects: [[configMaps, configMap('settings', { color: 'blue' })]],
    });
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'blue' });
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.weight() === 25);
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'blue' });
    await scenario.reaches('Succeeded');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'red' });
  });

  it('that Flagger left stopped is adopted as it is, and no pod is replaced', async () => {
    const first = await initialized();
    const target = find(first, 'podinfo');
    const primary = find(first, 'podinfo-primary');
    const {
      annotations: _ours,
      ownerReferences: _owner,
      uid: _uid,
      resourceVersion: _v,
      ...metadata
    } = primary.metadata;
    const scenario = await created({
      target: { ...target, metadata: { name: 'podinfo', namespace: 'test' } },
      objects: [[daemonSets, { ...primary, metadata }]],
      status: {
        phase: 'Succeeded',
        canaryWeight: 0,
        failedChecks: 0,
        iterations: 0,
        lastAppliedSpec: '7b9f5d8c',
        lastPromotedSpec: '7b9f5d8c',
      },
    });
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Succeeded');
    expect(scenario.condition('AdoptionUnclear')).toBeUndefined();
    expect(scenario.messages()).toContain('Adopted podinfo as it is; no run is started');
    expect(runs(scenario, 'podinfo')).toBe(false);
    expect(find(scenario, 'podinfo-primary').metadata.generation).toBe(1);
  });

  it('that replaces pods only when they are deleted is refused with the cure', async () => {
    const target = scenarioDaemonSet('podinfo:1');
    const spec = { ...asRecord(target['spec']), updateStrategy: { type: 'OnDelete' } };
    const scenario = await created({ target: { ...target, spec } });
    await scenario.clock.advance('5s');
    expect(scenario.status().waiting).toMatchObject({ step: 'create-primary', for: 'person' });
    expect(scenario.status().waiting?.message).toContain('set it to RollingUpdate');
  });

  it('costs no request while it rests', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('10s');
    scenario.api.takeRequests();
    await scenario.clock.advance('10m');
    expect(scenario.api.takeRequests()).toEqual([]);
  });
});

describe('an autoscaler of a DaemonSet', () => {
  it('does not count, which is said once; nothing is made for the primary', async () => {
    const scenario = await initialized({
      spec: {
        targetRef,
        autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' },
      },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.messages().filter((message) => message.includes('autoscalerRef'))).toHaveLength(1);
  });
});

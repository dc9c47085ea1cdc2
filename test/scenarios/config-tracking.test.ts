import { describe, expect, it } from 'vitest';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, deployments, secrets } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { configRevisionAnnotation } from '@sluice/sluice/rules/objects/object-keys.ts';
import {
  changeConfig,
  configMap,
  copyOf,
  podSpecOf,
  reading,
  secret,
  templateAnnotation,
} from '../support/scenario/configs.ts';
import type { ConfigSource } from '../support/scenario/configs.ts';
import { scenarioDeployment } from '../support/scenario/objects.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

async function tracking(
  sources: readonly ConfigSource[],
  objects: readonly (readonly [ResourceType, AnyKubeObject])[],
  options: ScenarioOptions = {},
): Promise<Scenario> {
  const scenario = await createScenario({ ...options, target: reading(...sources), objects });
  await scenario.reaches('Initialized');
  return scenario;
}

const both = [
  [configMaps, configMap('settings', { color: 'blue' })],
  [secrets, secret('key', { token: 'b25l' })],
] as const;

describe('a change of a ConfigMap or Secret that the target reads', () => {
  it.each<readonly [string, ConfigSource, ResourceType, string]>([
    ['by envFrom of a ConfigMap', 'envFrom configMap', configMaps, 'settings'],
    ['by one key of a ConfigMap', 'env configMap', configMaps, 'settings'],
    ['as a volume of a ConfigMap', 'volume configMap', configMaps, 'settings'],
    ['as a projected volume of a ConfigMap', 'projected configMap', configMaps, 'settings'],
    ['in an init container', 'init configMap', configMaps, 'settings'],
    ['in an init container, a Secret', 'init secret', secrets, 'key'],
    ['by envFrom of a Secret', 'envFrom secret', secrets, 'key'],
    ['by one key of a Secret', 'env secret', secrets, 'key'],
    ['as a volume of a Secret', 'volume secret', secrets, 'key'],
    ['as a projected volume of a Secret', 'projected secret', secrets, 'key'],
  ])('%s starts a run, whose promotion copies it to the primary', async (_how, source, resource, name) => {
    const scenario = await tracking([source], both);
    const before = copyOf(scenario, resource, name);
    expect(before).toBeDefined();
    expect(JSON.stringify(podSpecOf(scenario, 'podinfo-primary'))).toContain(`"${name}-primary"`);
    const pods = templateAnnotation(scenario, 'podinfo-primary', configRevisionAnnotation);

    changeConfig(scenario, resource, name, { color: 'Z3JlZW4=' });
    await scenario.until(() => scenario.weight() === 50);
    expect(copyOf(scenario, resource, name)?.['data']).toEqual(before?.['data']);
    await scenario.reaches('Succeeded');
    expect(copyOf(scenario, resource, name)?.['data']).toEqual({ color: 'Z3JlZW4=' });
    expect(templateAnnotation(scenario, 'podinfo-primary', configRevisionAnnotation)).not.toBe(pods);
    expect(Object.keys(scenario.status().trackedConfigs ?? {})).toEqual([
      `${resource.kind.toLowerCase()}/${name}`,
    ]);
  });

  it('is another run with another id, though the template is the same', async () => {
    const scenario = await tracking(['envFrom configMap'], both);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    const { id, revision } = scenario.status().run ?? {};
    scenario.history.clear();
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.status().phase === 'Progressing');
    expect(scenario.status().run?.id).not.toBe(id);
    expect(scenario.status().run?.revision).not.toBe(revision);
  });

  it('in the middle of a run starts it over, with pods that read it', async () => {
    const scenario = await tracking(['envFrom configMap'], both);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    const { id } = scenario.status().run ?? {};
    scenario.history.clear();
    const sizes: number[] = [];
    scenario.store.subscribe(deployments, ({ object }) => {
      if (object.metadata.name === 'podinfo') sizes.push((object['spec'] as { replicas: number }).replicas);
    });
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.status().run?.id !== id && scenario.weight() === 25);
    expect(scenario.history.weights).toEqual([0, 25]);
    expect(sizes).toContain(0);
    expect(scenario.replicas('podinfo')).toBe(2);
    await scenario.reaches('Succeeded');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'red' });
  });

  it('in a run whose primary is gone waits for it to the deadline: the last copy that serves is not restarted', async () => {
    const scenario = await tracking(['envFrom configMap'], both, { spec: { progressDeadlineSeconds: 60 } });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    scenario.store.delete(deployments, { namespace: 'test', name: 'podinfo-primary' });
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.status().waiting?.step === 'wait-canary-ready');
    expect(scenario.status().waiting?.message).toContain('new configuration');
    await scenario.reaches('Failed', 65_000);
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.weight()).toBe(100);
  });

  it('together with the template is one new revision', async () => {
    const scenario = await tracking(['envFrom configMap'], both);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.events().filter((event) => event === 'Normal RevisionSuperseded')).toHaveLength(1);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'red' });
  });

  it('while the run waits for approval is what is approved, and the pods are started with it', async () => {
    const scenario = await tracking(['envFrom configMap'], both, { hooks: [['confirm-rollout', '/gate']] });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    scenario.receiver.reply('/gate', 'silence');
    const generation = scenario.deployment('podinfo')?.metadata.generation ?? 0;
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.status().phase === 'Waiting');
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.status().run?.stalePods).toBe(true);
    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded', 300_000);
    // Down, up, and down again at the end: its pods were made anew.
    expect(scenario.deployment('podinfo')?.metadata.generation).toBe(generation + 3);
  });

  it('that is taken back ends the run', async () => {
    const scenario = await tracking(['envFrom configMap'], both);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.weight() === 25);
    changeConfig(scenario, configMaps, 'settings', { color: 'blue' });
    await scenario.reaches('Succeeded');
    expect(scenario.events()).toContain('Normal RevisionWithdrawn');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'blue' });
  });

  it('while no controller runs starts a run when one does', async () => {
    const scenario = await tracking(['envFrom configMap'], both);
    scenario.kill();
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.replace();
    await scenario.reaches('Succeeded');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'red' });
  });

  it('that leaves its content as it is starts nothing', async () => {
    const scenario = await tracking(['envFrom configMap'], both);
    const object = scenario.store.get(configMaps, { namespace: 'test', name: 'settings' }) as AnyKubeObject;
    scenario.store.update(configMaps, { ...object, metadata: { ...object.metadata, labels: { a: 'b' } } });
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Initialized');
    expect(scenario.status().waiting).toBeUndefined();
  });

  it('that is read beside it by nobody costs no pass', async () => {
    const scenario = await tracking(['envFrom configMap'], both);
    await scenario.clock.advance('10s');
    const passes = scenario.passes();
    scenario.api.takeRequests();
    scenario.store.create(configMaps, configMap('other', {}));
    await scenario.clock.advance('10s');
    expect(scenario.passes()).toBe(passes);
    expect(scenario.api.takeRequests()).toEqual([]);
  });
});

describe('a run that is rolled back', () => {
  it('leaves the copies of its primary alone', async () => {
    const scenario = await tracking(['envFrom configMap'], both, {
      hooks: [['rollout', '/load']],
      analysis: { threshold: 1 },
      replies: { '/load': 500 },
    });
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.reaches('Failed');
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Failed');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'blue' });
  });
});

describe('a ConfigMap that is not tracked', () => {
  const optOut = configMap('settings', { color: 'blue' }, { 'flagger.app/config-tracking': 'disabled' });

  it('by its annotation is not copied, and its changes start nothing', async () => {
    const scenario = await tracking(['envFrom configMap'], [[configMaps, optOut]]);
    expect(copyOf(scenario, configMaps, 'settings')).toBeUndefined();
    expect(JSON.stringify(podSpecOf(scenario, 'podinfo-primary'))).not.toContain('settings-primary');
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Initialized');
    expect(scenario.status().trackedConfigs ?? null).toBeNull();
  });

  it('any more is a change: the primary reads the original after the next promotion', async () => {
    const scenario = await tracking(['envFrom configMap'], both);
    scenario.store.update(configMaps, {
      ...optOut,
      metadata: {
        ...scenario.store.get(configMaps, { namespace: 'test', name: 'settings' })?.metadata,
        ...optOut.metadata,
      },
    });
    await scenario.reaches('Succeeded');
    expect(JSON.stringify(podSpecOf(scenario, 'podinfo-primary'))).not.toContain('settings-primary');
  });
});

describe('a Secret that is not tracked', () => {
  const pullType = 'kubernetes.io/dockerconfigjson';
  const registry = { '.dockerconfigjson': 'e30=' };

  it.each([
    ['by its annotation', secret('key', { token: 'b25l' }, { 'flagger.app/config-tracking': 'disabled' })],
    ['by its type', secret('key', registry, {}, pullType)],
  ])('%s is not copied, and its changes start nothing', async (_why, object) => {
    const scenario = await tracking(['envFrom secret'], [[secrets, object]]);
    expect(copyOf(scenario, secrets, 'key')).toBeUndefined();
    expect(JSON.stringify(podSpecOf(scenario, 'podinfo-primary'))).not.toContain('key-primary');
    changeConfig(scenario, secrets, 'key', { ...registry, more: 'dHdv' });
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Initialized');
    expect(scenario.status().trackedConfigs ?? null).toBeNull();
  });

  it('because only images are pulled with it is not read at all', async () => {
    const target = scenarioDeployment('podinfo:1');
    const spec = asRecord(target['spec']);
    const template = asRecord(spec['template']);
    const pod = { ...asRecord(template['spec']), imagePullSecrets: [{ name: 'registry' }] };
    const scenario = await createScenario({
      target: { ...target, spec: { ...spec, template: { ...template, spec: pod } } },
      objects: [[secrets, secret('registry', { token: 'b25l' })]],
    });
    await scenario.reaches('Initialized');
    expect(podSpecOf(scenario, 'podinfo-primary')).toMatchObject({
      imagePullSecrets: [{ name: 'registry' }],
    });
    changeConfig(scenario, secrets, 'registry', { token: 'dHdv' });
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Initialized');
    expect(copyOf(scenario, secrets, 'registry')).toBeUndefined();
    expect(scenario.api.takeRequests().filter((request) => request.includes('secrets'))).toEqual([]);
  });
});

describe('without config tracking', () => {
  const off = { controllerOptions: { configTracking: false } };

  it('nothing is read or copied, and the primary reads the originals', async () => {
    const scenario = await tracking(['envFrom configMap', 'volume secret'], both, off);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.clock.advance('1m');
    expect(scenario.status()).toMatchObject({ phase: 'Initialized' });
    expect(scenario.status().trackedConfigs ?? null).toBeNull();
    expect(copyOf(scenario, configMaps, 'settings')).toBeUndefined();
    expect(templateAnnotation(scenario, 'podinfo-primary', configRevisionAnnotation)).toBeUndefined();
    const asked = scenario.api.takeRequests().filter((request) => /configmaps|secrets/.test(request));
    expect(asked).toEqual([]);
  });

  it('a canary that was tracked starts no run by that alone, and reads the originals after the next', async () => {
    const scenario = await tracking(['envFrom configMap'], both);
    await scenario.restart({ configTracking: false });
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Initialized');
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(JSON.stringify(podSpecOf(scenario, 'podinfo-primary'))).not.toContain('settings-primary');
    expect(scenario.status().trackedConfigs ?? null).toBeNull();
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Succeeded');
  });
});

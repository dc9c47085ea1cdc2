import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, deployments, secrets, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { changeConfig, configMap, reading, secret } from '../support/scenario/configs.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

const at = (name: string) => ({ namespace: 'test', name });

/** In a run whose rollout hook has not answered yet. */
async function asking(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await progressing({ ...options, hooks: [['rollout', '/slow', { timeout: '10m' }]] });
  scenario.receiver.reply('/slow', 'silence');
  await scenario.until(() => scenario.receiver.calls('/slow').length === 1);
  return scenario;
}

describe('two gates of one type', () => {
  it('are both needed: promotion waits for the second one, too', async () => {
    const scenario = await progressing({
      hooks: [
        ['confirm-promotion', '/one', { pollInterval: '1s' }],
        ['confirm-promotion', '/two', { pollInterval: '1s' }],
      ],
      replies: { '/two': 403 },
    });
    await scenario.reaches('WaitingPromotion');
    await scenario.clock.advance('30s');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    scenario.receiver.reply('/two', 200);
    await scenario.reaches('Succeeded');
  });
});

describe('template and configuration that are applied together in the middle of a run', () => {
  it('are one new revision, which starts over once', async () => {
    const scenario = await initialized({
      target: reading('envFrom configMap', 'volume secret'),
      objects: [
        [configMaps, configMap('settings', { color: 'blue' })],
        [secrets, secret('key', { token: 'b25l' })],
      ],
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    scenario.api.break(/GET .*configmaps\/settings$/, 'slow');
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    const restarts = scenario.events().filter((event) => event === 'Normal RevisionSuperseded');
    expect(restarts).toHaveLength(1);
  });
});

describe('a controller whose names of revisions are others than those of the one before', () => {
  it('starts no run for a target that has not changed', async () => {
    const scenario = await progressing();
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('2s');
    scenario.kill();
    const { revision = '' } = scenario.status().run ?? {};
    const renamed = (object: AnyKubeObject | undefined): AnyKubeObject =>
      JSON.parse(JSON.stringify(object).replaceAll(revision, 'v1:0123456789abcdef')) as AnyKubeObject;
    const primary = renamed(scenario.deployment('podinfo-primary'));
    scenario.store.update(deployments, primary);
    const canary = renamed(scenario.store.get(canaries, at('podinfo')));
    scenario.store.update(canaries, canary, { subresource: 'status' });
    await scenario.replace();
    await scenario.clock.advance('30s');
    expect(scenario.status()).toMatchObject({ phase: 'Succeeded', lastAppliedSpec: 'v1:0123456789abcdef' });
    expect(scenario.history.phases.at(-1)).toBe('Succeeded');
  });
});

describe('a controller that ends in order', () => {
  it('breaks off the questions that are open', async () => {
    const scenario = await asking();
    await scenario.end();
    expect(scenario.receiver.cancelled.map(({ path }) => path)).toEqual(['/slow']);
  });
});

describe('a canary at rest', () => {
  it('is not looked at for what it does not read', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('3s');
    const before = scenario.passes();
    scenario.store.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'test', name: 'other' },
      spec: { ports: [{ port: 80 }], selector: { app: 'other' } },
    });
    await scenario.clock.advance('3s');
    expect(scenario.passes()).toBe(before);
  });

  it('is not looked at again for a status that a pass wrote', async () => {
    const scenario = await progressing({ analysis: { interval: '1m' } });
    await scenario.clock.advance('500ms');
    const before = scenario.passes();
    expect(scenario.status().waiting).toBeUndefined();
    await scenario.clock.advance('3s');
    expect(scenario.status().waiting?.for).toBe('interval');
    expect(scenario.passes()).toBe(before + 1);
  });

  it('has watches that end with it', async () => {
    const scenario = await initialized();
    scenario.store.delete(canaries, at('podinfo'));
    await scenario.clock.advance('3s');
    expect(scenario.api.watches.break(/deployments|services|httproutes/, 'ends')).toBe(0);
  });
});

describe('a canary that is deleted at rest', () => {
  it('tells nobody again how its last run ended', async () => {
    const scenario = await progressing({ hooks: [['post-rollout', '/post']] });
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('3s');
    scenario.store.delete(canaries, at('podinfo'));
    await scenario.clock.advance('10s');
    expect(scenario.receiver.calls('/post')).toHaveLength(1);
  });

  it('loses no finalizer but ours', async () => {
    const scenario = await initialized({ spec: { revertOnDeletion: true } });
    const canary = scenario.store.get(canaries, at('podinfo'));
    if (canary === undefined) throw new Error('no canary');
    const finalizers = [...(canary.metadata.finalizers ?? []), 'example.com/keep'];
    scenario.store.update(canaries, { ...canary, metadata: { ...canary.metadata, finalizers } });
    scenario.store.delete(canaries, at('podinfo'));
    await scenario.clock.advance('1m');
    expect(scenario.store.get(canaries, at('podinfo'))?.metadata.finalizers).toEqual(['example.com/keep']);
  });
});

describe('a question that is open', () => {
  it('is broken off when its canary becomes invalid', async () => {
    const scenario = await asking();
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, stepWeight: 0 } }));
    await scenario.clock.advance('1s');
    expect(scenario.receiver.cancelled.map(({ path }) => path)).toEqual(['/slow']);
  });

  it('is broken off when its canary is deleted, also while the target has yet to take over', async () => {
    const scenario = await asking({ spec: { revertOnDeletion: true } });
    scenario.kubelet.setHealthy('podinfo:2', false);
    scenario.store.delete(canaries, at('podinfo'));
    await scenario.clock.advance('5s');
    expect(scenario.status().phase).toBe('Terminating');
    expect(scenario.receiver.cancelled.map(({ path }) => path)).toEqual(['/slow']);
  });
});

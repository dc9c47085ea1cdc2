import { describe, expect, it } from 'vitest';
import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, deployments, endpointSlices, secrets } from '@sluice/kube/objects/resources.ts';
import { changeConfig, configMap, copyOf, reading, secret } from '../support/scenario/configs.ts';
import { initialized } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

/** A run that was analysed with a changed `name` and waits for its promotion to be confirmed. */
async function waiting(
  resource: ResourceType,
  name: string,
  data: Record<string, string>,
): Promise<Scenario> {
  const scenario = await initialized({
    target: reading('envFrom configMap', 'volume secret'),
    objects: [
      [configMaps, configMap('settings', { color: 'blue' })],
      [secrets, secret('key', { token: 'b25l' })],
    ],
    hooks: [['confirm-promotion', '/gate', { pollInterval: '1s' }]],
    replies: { '/gate': 403 },
  });
  changeConfig(scenario, resource, name, data);
  await scenario.reaches('WaitingPromotion');
  return scenario;
}

const colorOf = (scenario: Scenario): unknown => copyOf(scenario, configMaps, 'settings')?.['data'];

describe('configuration that is copied to the primary', () => {
  it('is looked at once more: a change that no watch has told is not promoted unseen', async () => {
    const scenario = await waiting(configMaps, 'settings', { color: 'red' });
    expect(scenario.api.watches.break(/configmaps/, 'silent')).toBe(1);
    changeConfig(scenario, configMaps, 'settings', { color: 'green' });
    scenario.receiver.reply('/gate', 200);
    await scenario.clock.advance('20s');
    expect(scenario.status().phase).toBe('Promoting');
    expect(colorOf(scenario)).toEqual({ color: 'blue' });

    await scenario.reaches('Succeeded', 300_000);
    expect(colorOf(scenario)).toEqual({ color: 'green' });
  });

  it('is copied all or not at all: one that changed unseen keeps the others back', async () => {
    const scenario = await waiting(secrets, 'key', { token: 'dHdv' });
    expect(scenario.api.watches.break(/configmaps/, 'silent')).toBe(1);
    changeConfig(scenario, configMaps, 'settings', { color: 'green' });
    scenario.receiver.reply('/gate', 200);
    await scenario.clock.advance('20s');
    expect(scenario.status().phase).toBe('Promoting');
    expect(copyOf(scenario, secrets, 'key')?.['data']).toEqual({ token: 'b25l' });
  });

  it('is not written over a copy that a successor has brought further meanwhile', async () => {
    const scenario = await waiting(configMaps, 'settings', { color: 'red' });
    const copying = (request: string): boolean => request.endsWith('/configmaps/settings-primary');
    scenario.api.beforeWrite = (request) => {
      if (copying(request)) changeConfig(scenario, configMaps, 'settings-primary', { color: 'green' });
    };
    scenario.api.onWrite = (request) => {
      if (copying(request)) scenario.kill();
    };
    scenario.receiver.reply('/gate', 200);
    await scenario.clock.advance('20s');
    expect(colorOf(scenario)).toEqual({ color: 'green' });
  });
});

/** A pod of the target of which the endpoints say nothing new: its node is slow. */
function leaveEndpoint({ store }: Scenario): void {
  const labels = { 'kubernetes.io/service-name': 'podinfo-canary' };
  const endpoints = [{ addresses: ['127.9.9.9'], conditions: { ready: true } }];
  const metadata = { name: 'left', namespace: 'test', labels };
  store.create(endpointSlices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    endpoints,
  });
}

describe('pods that are started anew for their configuration', () => {
  it('are started when the last of the old ones takes no more requests, not before', async () => {
    const scenario = await initialized({
      target: reading('envFrom configMap'),
      objects: [[configMaps, configMap('settings', { color: 'blue' })]],
      hooks: [['confirm-promotion', '/gate', { pollInterval: '1s' }]],
      replies: { '/gate': 403 },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('WaitingPromotion');
    leaveEndpoint(scenario);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.replicas('podinfo') === 0, 5_000);
    await scenario.clock.advance('20s');
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.status().run?.stalePods).toBe(true);
    scenario.store.delete(endpointSlices, { namespace: 'test', name: 'left' });
    await scenario.until(() => scenario.replicas('podinfo') > 0, 5_000);
    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded');
  });

  it('are stopped for a newer revision, too: its pods may be theirs', async () => {
    const scenario = await initialized({
      target: reading('envFrom configMap'),
      objects: [[configMaps, configMap('settings', { color: 'blue' })]],
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    leaveEndpoint(scenario);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.replicas('podinfo') === 0, 5_000);
    scenario.ship('podinfo:3');
    await scenario.clock.advance('20s');
    expect(scenario.replicas('podinfo')).toBe(0);
    scenario.store.delete(endpointSlices, { namespace: 'test', name: 'left' });
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('are not stopped for a newer revision while the configuration is what they read', async () => {
    const scenario = await initialized({
      target: reading('envFrom configMap'),
      objects: [[configMaps, configMap('settings', { color: 'blue' })]],
      hooks: [['pre-rollout', '/pre']],
      replies: { '/pre': 500 },
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.receiver.calls('/pre').length > 0);
    scenario.api.takeRequests();
    scenario.ship('podinfo:3');
    scenario.receiver.reply('/pre', 200);
    await scenario.reaches('Promoting');
    const sizes = scenario.api.takeRequests().filter((name) => /^PATCH .*deployments\/podinfo$/.test(name));
    expect(sizes).toEqual([]);
  });

  it('are replaced by a new template where they are the last that serve', async () => {
    const scenario = await initialized({
      target: reading('envFrom configMap'),
      objects: [[configMaps, configMap('settings', { color: 'blue' })]],
      analysis: { iterations: 2, match: [{ headers: { 'x-canary': { exact: 'always' } } }] },
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().iterations === 1);
    scenario.store.delete(deployments, { namespace: 'test', name: 'podinfo-primary' });
    await scenario.clock.advance('2s');
    scenario.dataPlane.refuse('NoMatchingParent');
    await scenario.reaches('Failed', 60_000);
    scenario.dataPlane.refuse(undefined);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded', 120_000);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('are those of a run that follows a promotion at once: what they read meanwhile, nobody looked at', async () => {
    const scenario = await initialized({
      target: reading('envFrom configMap'),
      objects: [[configMaps, configMap('settings', { color: 'blue' })]],
    });
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    scenario.ship('podinfo:3');
    await scenario.clock.advance('5s');
    changeConfig(scenario, configMaps, 'settings', { color: 'blue' });
    leaveEndpoint(scenario);
    scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo-primary');
    await scenario.until(() => scenario.history.phases.join().endsWith('Succeeded,Progressing'));
    await scenario.clock.advance('20s');
    expect(scenario.replicas('podinfo')).toBe(0);
    scenario.store.delete(endpointSlices, { namespace: 'test', name: 'left' });
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });
});

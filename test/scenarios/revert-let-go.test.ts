import { describe, expect, it } from 'vitest';
import {
  configMaps,
  deployments,
  httpRoutes,
  namespaces,
  secrets,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { configMap, reading, secret } from '../support/scenario/configs.ts';
import { scenarioCanary } from '../support/scenario/objects.ts';
import { createScenario, initialized } from '../support/scenario/scenario.ts';
import {
  expectReverted,
  find,
  finalizer,
  isGone,
  ref,
  revert,
  selector,
} from '../support/scenario/reversal.ts';

describe('a canary with revertOnDeletion', () => {
  it('is let go when the target has gone with it: there is nothing to revert to', async () => {
    const scenario = await initialized(revert);
    scenario.store.delete(deployments, ref);
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario), 5_000);
    await scenario.clock.advance('2s');
    expect(scenario.deployment('podinfo-primary')).toBeUndefined();
  });

  it('is let go with all of its namespace', async () => {
    const scenario = await initialized(revert);
    scenario.store.delete(namespaces, { name: 'test' });
    for (const resource of [services, httpRoutes, deployments, canaries])
      for (const { metadata } of scenario.store.list(resource, { namespace: 'test' }))
        if (find(scenario, resource, metadata.name) !== undefined)
          scenario.store.delete(resource, { namespace: 'test', name: metadata.name });
    await scenario.until(() => isGone(scenario), 10_000);
  });

  it('is let go at its deadline when the target does not start: the primary goes on serving, owned by nobody', async () => {
    const scenario = await initialized({ spec: { revertOnDeletion: true, progressDeadlineSeconds: 60 } });
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo');
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('55s');
    expect(isGone(scenario)).toBe(false);
    await scenario.until(() => isGone(scenario), 10_000);
    await scenario.clock.advance('5s');
    expect(scenario.replicas('podinfo-primary')).toBe(2);
    expect(selector(scenario)).toBe('podinfo-primary');
    expect(scenario.weight()).toBe(0);
    expect(scenario.events()).toContain('Warning RevertFailed');
  });

  it('is taken over when it is created again after its deadline, with the copies that its primary reads', async () => {
    const spec = { revertOnDeletion: true, progressDeadlineSeconds: 60 };
    const scenario = await initialized({
      spec,
      target: reading('envFrom configMap', 'volume secret'),
      objects: [
        [configMaps, configMap('settings', { color: 'blue' })],
        [secrets, secret('key', { token: 'b25l' })],
      ],
    });
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo');
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario), 120_000);
    scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo');
    scenario.store.create(canaries, scenarioCanary({ spec }));
    await scenario.until(() => scenario.canary().status?.phase === 'Initialized', 60_000);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded', 120_000);
  });

  it.each([
    ['Deployment podinfo-primary', deployments],
    ['Service podinfo', services],
    ['Service podinfo-primary', services],
    ['Service podinfo-canary', services],
    ['HTTPRoute podinfo', httpRoutes],
  ] as const)(
    'is taken over when it is created again after its deadline, though somebody has deleted %s',
    async (what, resource) => {
      const name = what.split(' ')[1] ?? '';
      const spec = { revertOnDeletion: true, progressDeadlineSeconds: 60 };
      const scenario = await initialized({ spec });
      scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo');
      scenario.store.delete(canaries, ref);
      await scenario.until(() => isGone(scenario), 120_000);
      scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo');
      scenario.store.delete(resource, { namespace: 'test', name });
      scenario.store.create(canaries, scenarioCanary({ spec }));
      await scenario.until(() => scenario.canary().status?.phase === 'Initialized', 60_000);
      scenario.ship('podinfo:2');
      await scenario.reaches('Succeeded', 120_000);
    },
  );

  it.each<readonly [string, RegExp]>([
    ['its status cannot be written', /PATCH .*canaries\/podinfo\/status/],
    ['the target cannot be scaled', /PATCH .*deployments\/podinfo$/],
    ['the service cannot be moved', /PATCH .*services\/podinfo$/],
    ['the route cannot be moved', /PATCH .*httproutes/],
  ])('never waits for ever: not when %s', async (_what, request) => {
    const scenario = await initialized({ spec: { revertOnDeletion: true, progressDeadlineSeconds: 60 } });
    scenario.api.break(request, 403, 100_000);
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario), 200_000);
    await scenario.clock.advance('5s');
    expect(scenario.deployment('podinfo-primary')).toBeDefined();
  });

  it('never waits for ever: not when its routes cannot even be read', async () => {
    const scenario = await createScenario({
      spec: { revertOnDeletion: true, progressDeadlineSeconds: 60 },
      faults: [[/GET .*httproutes$/, 404, 100_000]],
    });
    const canary = find(scenario, canaries);
    if (canary === undefined) throw new Error('no canary');
    scenario.store.update(canaries, { ...canary, metadata: { ...canary.metadata, finalizers: [finalizer] } });
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('30s');
    expect(isGone(scenario)).toBe(false);
    await scenario.until(() => isGone(scenario), 60_000);
    expect(scenario.events()).toContain('Warning RevertFailed');
  });

  it('is let go also when the API server does not know it for a moment', async () => {
    const scenario = await initialized(revert);
    scenario.api.break(/PATCH .*canaries\/podinfo$/, 404, 2);
    scenario.store.delete(canaries, ref);
    await expectReverted(scenario, 'podinfo:1');
  });
});

import { describe, expect, it } from 'vitest';
import {
  canaries,
  deployments,
  endpointSlices,
  httpRoutes,
  namespaces,
  services,
} from '../../src/api/resources.ts';
import type { AnyKubeObject, ResourceType } from '../../src/api/kube-object.ts';
import { asList, asRecord, asTextMap } from '../../src/lib/json-read.ts';
import { countReadyEndpoints } from '../../src/rules/ready-endpoints.ts';
import { countWrites, dieAfterWrite } from '../support/fatal-writes.ts';
import { createScenario, initialized, progressing } from '../support/scenario.ts';
import { scenarioCanary } from '../support/scenario-objects.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario.ts';

const ref = { namespace: 'test', name: 'podinfo' };
const finalizer = 'finalizer.flagger.app';
const revert = { spec: { revertOnDeletion: true } } as const;

const find = (scenario: Scenario, resource: ResourceType, name = 'podinfo'): AnyKubeObject | undefined =>
  scenario.store.get(resource, { namespace: 'test', name });
const isGone = (scenario: Scenario): boolean => find(scenario, canaries) === undefined;
const selector = (scenario: Scenario): unknown =>
  asTextMap(asRecord(find(scenario, services)?.['spec'])['selector'])['app'];
const backends = (scenario: Scenario): readonly unknown[] =>
  asList(asRecord(find(scenario, httpRoutes)?.['spec'])['rules']).flatMap((rule) =>
    asList(asRecord(rule)['backendRefs']).map((backend) => asRecord(backend)['name']),
  );

async function expectReverted(scenario: Scenario, image: string): Promise<void> {
  await scenario.until(() => isGone(scenario));
  await scenario.clock.advance('5s');
  expect(scenario.image('podinfo')).toBe(image);
  expect(scenario.replicas('podinfo')).toBe(2);
  expect(selector(scenario)).toBe('podinfo');
  expect(scenario.deployment('podinfo-primary')).toBeUndefined();
  expect(find(scenario, services, 'podinfo-primary')).toBeUndefined();
}

describe('a canary with revertOnDeletion', () => {
  it('that is deleted gives the target its size and the traffic back before the primary goes', async () => {
    const scenario = await initialized(revert);
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo');
    scenario.store.delete(canaries, ref);
    await scenario.until(() => scenario.replicas('podinfo') === 2);
    expect(scenario.status().phase).toBe('Terminating');
    await scenario.clock.advance('1m');
    expect(scenario.deployment('podinfo-primary')).toBeDefined();
    expect(selector(scenario)).toBe('podinfo-primary');

    scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo');
    await expectReverted(scenario, 'podinfo:1');
    expect(backends(scenario)).toEqual(['podinfo']);
    expect(scenario.events()).toContain('Normal Reverted');
  });

  it('leads no route to its service before that one has ready endpoints', async () => {
    const servedAtWrite: boolean[] = [];
    const scenario = await initialized({
      ...revert,
      observe: (store) => (write) => {
        if (write.resource.plural !== 'httproutes' || write.before === undefined) return;
        const labels = { 'kubernetes.io/service-name': 'podinfo' };
        servedAtWrite.push(
          countReadyEndpoints(store.list(endpointSlices, { namespace: 'test', labels })) > 0,
        );
      },
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    await scenario.until(() => scenario.weight() === 100);
    servedAtWrite.length = 0;
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario));
    expect(servedAtWrite).toEqual([true]);
  });

  it('is put back by one write of each object', async () => {
    const scenario = await initialized(revert);
    scenario.api.takeRequests();
    scenario.store.delete(canaries, ref);
    await expectReverted(scenario, 'podinfo:1');
    const writes = scenario.api.takeRequests().filter((request) => /services|httproutes/.test(request));
    expect(writes).toHaveLength(2);
  });

  it('is guarded until its target has taken over', async () => {
    const scenario = await progressing(revert);
    scenario.kubelet.setHealthy('podinfo:2', false);
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('5s');
    expect(scenario.weight()).toBe(0);
    scenario.store.delete(httpRoutes, ref);
    await scenario.until(() => scenario.weight() === 0, 5_000);
    scenario.kubelet.setHealthy('podinfo:2', true);
    await expectReverted(scenario, 'podinfo:2');
  });

  it('keeps the primary for as long as requests may still be sent there', async () => {
    const scenario = await initialized(revert);
    // A slice that its controller has not come round to yet.
    const stale = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'stale', namespace: 'test', labels: { 'kubernetes.io/service-name': 'podinfo' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['127.9.9.9'], conditions: { ready: true } }],
      ports: [],
    };
    scenario.store.create(endpointSlices, stale);
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('30s');
    expect(isGone(scenario)).toBe(false);
    expect(backends(scenario)).toContain('podinfo-primary');

    scenario.dataPlane.refuse('Broken');
    scenario.store.delete(endpointSlices, { namespace: 'test', name: 'stale' });
    await scenario.clock.advance('30s');
    expect(isGone(scenario)).toBe(false);
    expect(scenario.deployment('podinfo-primary')).toBeDefined();

    scenario.dataPlane.refuse(undefined);
    await expectReverted(scenario, 'podinfo:1');
  });

  it('leads its traffic back on plain services, too', async () => {
    const scenario = await initialized({
      ...revert,
      provider: 'kubernetes',
      analysis: { iterations: 2 },
    });
    scenario.store.delete(canaries, ref);
    await expectReverted(scenario, 'podinfo:1');
  });

  it('gives a service that was there before its own selector back', async () => {
    const applied = { spec: { selector: { app: 'podinfo', tier: 'web' } } };
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        ...ref,
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(applied) },
      },
      spec: { selector: { app: 'podinfo' }, ports: [{ port: 9898 }] },
    };
    const scenario = await initialized({ ...revert, objects: [[services, service]] });
    scenario.store.delete(canaries, ref);
    await scenario.until(
      () => asRecord(asRecord(find(scenario, services)?.['spec'])['selector'])['tier'] === 'web',
    );
    const annotations = Object.keys(find(scenario, services)?.metadata.annotations ?? {});
    expect(annotations.filter((key) => key.includes('toolkit'))).toEqual([]);
  });

  it.each(['Progressing', 'Promoting', 'Failed'] as const)('is reverted from %s', async (phase) => {
    const scenario = await progressing({ ...revert, hooks: [['rollout', '/l']], analysis: { threshold: 1 } });
    if (phase === 'Failed') scenario.receiver.reply('/l', 500);
    await scenario.reaches(phase);
    scenario.store.delete(canaries, ref);
    await expectReverted(scenario, 'podinfo:2');
    expect(scenario.events()).toContain('Warning RevertsToUnpromoted');
  });

  it('tells how its run ended before it goes, for a minute at most', async () => {
    const hooks = [['post-rollout', '/post']] as const;
    const told = await progressing({ ...revert, hooks });
    told.store.delete(canaries, ref);
    await told.until(() => isGone(told), 10_000);
    expect(told.receiver.calls('/post').map((call) => call.payload['phase'])).toEqual(['Terminating']);

    const untold = await progressing({ ...revert, hooks, replies: { '/post': 500 } });
    untold.store.delete(canaries, ref);
    await untold.clock.advance('50s');
    expect(isGone(untold)).toBe(false);
    await untold.until(() => isGone(untold), 15_000);
    expect(untold.receiver.calls('/post').length).toBeGreaterThan(2);
  });

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

  it('is reverted also when the controller dies after any of its writes', async () => {
    const undisturbed = await initialized(revert);
    const writes = await countWrites(undisturbed, async () => {
      undisturbed.store.delete(canaries, ref);
      await expectReverted(undisturbed, 'podinfo:1');
    });
    expect(writes).toBeGreaterThan(4);

    for (let fatal = 1; fatal <= writes; fatal += 1) {
      const scenario = await initialized(revert);
      dieAfterWrite(scenario, fatal);
      scenario.store.delete(canaries, ref);
      await expectReverted(scenario, 'podinfo:1');
      expect(backends(scenario)).toEqual(['podinfo']);
    }
  });

  it('though it has become invalid is reverted: what it was applied with may be deleted with it', async () => {
    const scenario = await initialized(revert);
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, stepWeight: 0 } }));
    await scenario.until(() => scenario.condition('Invalid') !== undefined);
    scenario.store.delete(canaries, ref);
    await expectReverted(scenario, 'podinfo:1');
  });

  it('is reverted while it is suspended', async () => {
    const scenario = await progressing(revert);
    scenario.edit(() => ({ suspend: true }));
    scenario.store.delete(canaries, ref);
    await expectReverted(scenario, 'podinfo:2');
  });

  it('and created again is taken over, with what was left behind', async () => {
    const scenario = await initialized(revert);
    scenario.store.delete(canaries, ref);
    await expectReverted(scenario, 'podinfo:1');
    scenario.store.create(canaries, scenarioCanary(revert));
    await scenario.until(() => scenario.canary().status?.phase === 'Initialized');
    await scenario.clock.advance('2s');
    expect(selector(scenario)).toBe('podinfo-primary');
    expect(backends(scenario)).toEqual(['podinfo-primary', 'podinfo-canary']);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
  });

  it('has one finalizer, which goes when the field does', async () => {
    const finalizers = (scenario: Scenario): readonly string[] =>
      find(scenario, canaries)?.metadata.finalizers ?? [];
    const scenario = await initialized(revert);
    expect(finalizers(scenario)).toEqual([finalizer]);
    await scenario.restart();
    await scenario.clock.advance('5s');
    expect(finalizers(scenario)).toEqual([finalizer]);
    scenario.edit(() => ({ revertOnDeletion: false }));
    await scenario.until(() => finalizers(scenario).length === 0);
  });

  it('is let go also when the API server does not know it for a moment', async () => {
    const scenario = await initialized(revert);
    scenario.api.break(/PATCH .*canaries\/podinfo$/, 404, 2);
    scenario.store.delete(canaries, ref);
    await expectReverted(scenario, 'podinfo:1');
  });

  it('is guarded also where the finalizer may not be written', async () => {
    const options: ScenarioOptions = { ...revert, faults: [[/PATCH .*canaries\/podinfo$/, 403, 100_000]] };
    const scenario = await createScenario(options);
    await scenario.reaches('Initialized', 300_000);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded', 600_000);
  });
});

describe('a canary without revertOnDeletion', () => {
  it('that is deleted leaves the target as it is', async () => {
    const scenario = await initialized();
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('10s');
    expect(isGone(scenario)).toBe(true);
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it("but with Flagger's finalizer is let go at once", async () => {
    const scenario = await initialized();
    const canary = find(scenario, canaries);
    if (canary === undefined) throw new Error('no canary');
    scenario.store.update(canaries, { ...canary, metadata: { ...canary.metadata, finalizers: [finalizer] } });
    scenario.store.delete(canaries, ref);
    await scenario.until(() => isGone(scenario), 3_000);
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('in the middle of a run tells how it ended for a minute, then falls silent', async () => {
    const scenario = await progressing({ hooks: [['post-rollout', '/post']], replies: { '/post': 503 } });
    const before = scenario.receiver.calls('/post').length;
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('70s');
    const calls = scenario.receiver.calls('/post').slice(before);
    expect(calls.length).toBeGreaterThan(2);
    expect(new Set(calls.map((call) => call.payload['deliveryId'])).size).toBe(1);
    expect(calls[0]?.payload['phase']).toBe('Terminating');
    await scenario.clock.advance('10m');
    expect(scenario.receiver.calls('/post').slice(before)).toHaveLength(calls.length);
  });
});

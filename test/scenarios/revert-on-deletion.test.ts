import { describe, expect, it } from 'vitest';
import { endpointSlices, httpRoutes, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { countReadyEndpoints } from '@sluice/sluice/rules/traffic/ready-endpoints.ts';
import { countWrites, dieAfterWrite } from '../support/checks/fatal-writes.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import { scenarioCanary } from '../support/scenario/objects.ts';
import {
  backends,
  expectReverted,
  find,
  finalizer,
  isGone,
  ref,
  revert,
  selector,
} from '../support/scenario/reversal.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

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

  it('is guarded also where the finalizer may not be written', async () => {
    const options: ScenarioOptions = { ...revert, faults: [[/PATCH .*canaries\/podinfo$/, 403, 100_000]] };
    const scenario = await createScenario(options);
    await scenario.reaches('Initialized', 300_000);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded', 600_000);
  });
});

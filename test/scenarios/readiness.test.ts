import { describe, expect, it } from 'vitest';
import { deployments, services } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const namespace = 'test';

const selectorOf = (scenario: Scenario, name: string): unknown =>
  asRecord(scenario.store.get(services, { namespace, name })?.['spec'])['selector'];

describe('a canary whose pods are ready but not listed behind its Service', () => {
  it('is not ready: nothing is asked about it, and no traffic goes there', async () => {
    const scenario = await initialized({ hooks: [['pre-rollout', '/pre']] });
    await scenario.clock.advance('1s');
    expect(scenario.api.watches.break(/endpointslices/, 'silent')).toBe(1);
    scenario.ship('podinfo:2');
    await scenario.clock.advance('1m');
    expect(scenario.receiver.calls('/pre')).toHaveLength(0);
    expect(scenario.status().waiting?.message).toContain('no ready endpoints');
    await scenario.reaches('Succeeded', 300_000);
  });
});

describe('the apex Service that stood before its Canary', () => {
  it('leads to the target until the primary serves', async () => {
    const spec = { selector: { app: 'podinfo' }, ports: [{ port: 9898 }] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'podinfo', namespace }, spec };
    const scenario = await createScenario({ objects: [[services, service]] });
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    await scenario.clock.advance('30s');
    expect(selectorOf(scenario, 'podinfo-primary')).toEqual({ app: 'podinfo-primary' });
    expect(selectorOf(scenario, 'podinfo')).toEqual({ app: 'podinfo' });

    scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo-primary');
    await scenario.until(() => JSON.stringify(selectorOf(scenario, 'podinfo')).includes('podinfo-primary'));
  });
});

describe('a primary that somebody scales to zero', () => {
  it('at rest stays there without a word: that is a wish', async () => {
    const scenario = await initialized();
    const primary = scenario.deployment('podinfo-primary');
    if (primary === undefined) throw new Error('no primary');
    scenario.store.update(deployments, { ...primary, spec: { ...asRecord(primary['spec']), replicas: 0 } });
    await scenario.clock.advance('30s');
    expect(scenario.replicas('podinfo-primary')).toBe(0);
    expect(scenario.events()).not.toContain('Warning PrimaryWoken');
  });
});

describe('a gate that opens while the primary is down', () => {
  it('is heard, although the canary cannot be stopped meanwhile', async () => {
    const scenario = await progressing({ hooks: [['confirm-rollout', '/gate', { pollInterval: '1s' }]] });
    scenario.kubelet.setHealthy('podinfo:1', false);
    scenario.receiver.reply('/gate', 403);
    scenario.ship('podinfo:3');
    await scenario.reaches('Waiting');
    await scenario.clock.advance('10s');
    expect(scenario.events()).toContain('Warning ScaleDownHeld');
    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Progressing', 3_000);
  });
});

describe('a canary that is lost twice in one run', () => {
  it('has the whole progress deadline each time', async () => {
    const scenario = await progressing({
      spec: { progressDeadlineSeconds: 30 },
      hooks: [['confirm-promotion', '/gate']],
      replies: { '/gate': 403 },
    });
    for (const _ of ['once', 'twice']) {
      scenario.kubelet.setHealthy('podinfo:2', false);
      await scenario.clock.advance('20s');
      scenario.kubelet.setHealthy('podinfo:2', true);
      await scenario.clock.advance('2s');
    }
    expect(scenario.status().phase).not.toBe('Failed');
  });
});

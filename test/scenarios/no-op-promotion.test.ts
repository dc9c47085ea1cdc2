import { describe, expect, it } from 'vitest';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { forgetPrevious } from '../support/scenario/forget-previous.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

/** The promotion of podinfo:2 failed, podinfo:3 came after it, and the primary of podinfo:2 has recovered since. */
async function recovered(): Promise<Scenario> {
  const scenario = await progressing({
    spec: { progressDeadlineSeconds: 30 },
    hooks: [
      ['confirm-rollout', '/gate'],
      ['rollout', '/load'],
      ['post-rollout', '/post'],
    ],
  });
  forgetPrevious(scenario);
  scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
  await scenario.reaches('Failed');
  scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo-primary');
  await scenario.clock.advance('2s');
  return scenario;
}

const generation = (scenario: Scenario): number | undefined =>
  scenario.deployment('podinfo-primary')?.metadata.generation;

const revisionOf = (scenario: Scenario): string | undefined =>
  scenario.deployment('podinfo-primary')?.metadata.annotations?.['sluice.dev/revision'];

describe('a revision that the primary runs already', () => {
  it('restarts no pod and asks nobody: it counts as promoted at once', async () => {
    const scenario = await recovered();
    scenario.receiver.reply('/load', 403);
    scenario.ship('podinfo:3');
    await scenario.reaches('Progressing');
    await scenario.reaches('Failed');
    const before = generation(scenario);
    const asked = scenario.receiver.calls('/gate').length + scenario.receiver.calls('/load').length;
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded', 5_000);
    expect(generation(scenario)).toBe(before);
    expect(scenario.receiver.calls('/gate').length + scenario.receiver.calls('/load').length).toBe(asked);
    expect(scenario.events()).toContain('Normal NothingToPromote');
    expect(scenario.weight()).toBe(0);
    expect(scenario.replicas('podinfo')).toBe(0);
    await scenario.clock.advance('2s');
    expect(scenario.receiver.calls('/post').at(-1)?.payload['phase']).toBe('Succeeded');
  });

  it('is one that differs only in what no pod sees; the primary takes its name', async () => {
    const scenario = await initialized({ hooks: [['rollout', '/load']], replies: { '/load': 500 } });
    const before = revisionOf(scenario);
    const target = scenario.deployment('podinfo');
    if (target === undefined) throw new Error('no target');
    const spec = asRecord(target['spec']);
    const template = asRecord(spec['template']);
    const metadata = { ...asRecord(template['metadata']), creationTimestamp: '2026-01-01T00:00:00Z' };
    scenario.store.update(deployments, { ...target, spec: { ...spec, template: { ...template, metadata } } });
    await scenario.reaches('Succeeded', 5_000);
    expect(generation(scenario)).toBe(1);
    expect(revisionOf(scenario)).not.toBe(before);
    expect(revisionOf(scenario)).toBe(scenario.status().lastPromotedSpec);
    expect(scenario.receiver.received).toEqual([]);
  });

  it('ends a run that is on without promoting anything', async () => {
    const scenario = await recovered();
    scenario.ship('podinfo:3');
    await scenario.reaches('Progressing');
    const before = generation(scenario);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded', 5_000);
    expect(generation(scenario)).toBe(before);
    expect(scenario.events()).toContain('Normal RevisionWithdrawn');
  });

  it('is no reason to trust a primary that does not serve: the run is made', async () => {
    const scenario = await recovered();
    scenario.ship('podinfo:3');
    await scenario.reaches('Progressing');
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.clock.advance('2s');
    const asked = scenario.receiver.calls('/gate').length;
    scenario.ship('podinfo:2');
    await scenario.clock.advance('3s');
    expect(scenario.receiver.calls('/gate').length).toBeGreaterThan(asked);
  });

  it('is recognized by whoever takes over from a controller that died in the middle', async () => {
    const scenario = await recovered();
    scenario.ship('podinfo:3');
    await scenario.reaches('Progressing');
    const before = generation(scenario);
    scenario.api.onWrite = () => {
      scenario.api.onWrite = () => undefined;
      scenario.kill();
      setImmediate(() => void scenario.replace());
    };
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.history.phases.at(-1) === 'Succeeded', 60_000);
    expect(generation(scenario)).toBe(before);
  });
});

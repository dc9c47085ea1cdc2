import { describe, expect, it } from 'vitest';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { placeNamed, standingAt } from '../support/scenario/places.ts';

const primary = { namespace: 'test', name: 'podinfo-primary' };

describe('a promotion whose copy to the primary fails again and again', () => {
  it('asks its rollback hook at the pace of the hook, not of the back-off', async () => {
    const scenario = await standingAt(placeNamed('copying'));
    await scenario.clock.advance('30s');
    const before = scenario.receiver.calls('/switch').length;
    await scenario.clock.advance('10s');
    expect(scenario.receiver.calls('/switch').length - before).toBe(10);
    scenario.receiver.reply('/switch', 200);
    await scenario.until(() => scenario.status().run?.cause !== undefined, 2_000);
    expect(scenario.status().phase).toBe('Failed');
  });

  it('shows its deadline, and ends then', async () => {
    const scenario = await standingAt(placeNamed('copying'), { spec: { progressDeadlineSeconds: 40 } });
    await scenario.clock.advance('30s');
    expect(scenario.status().waiting).toMatchObject({ for: 'api', until: '2026-01-01T00:01:02.175Z' });
    await scenario.until(() => scenario.status().phase === 'Failed', 10_500);
  });
});

describe('a promotion whose primary somebody deleted, and which the API refuses to make again', () => {
  it('ends at its deadline', async () => {
    const scenario = await standingAt(placeNamed('copying'));
    scenario.api.break(/^POST .*deployments$/, 403, Number.POSITIVE_INFINITY);
    scenario.store.delete(deployments, primary);
    await scenario.until(() => scenario.status().run?.cause !== undefined, 70_000);
    expect(scenario.status().phase).toBe('Failed');
    expect(scenario.weight()).toBe(100);
  });
});

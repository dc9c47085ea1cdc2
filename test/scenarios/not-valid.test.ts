import { describe, expect, it } from 'vitest';
import { services } from '@sluice/kube/objects/resources.ts';
import { progressing } from '../support/scenario/scenario.ts';

describe('a spec that is not valid in the middle of a run', () => {
  const spec = { progressDeadlineSeconds: 60 };

  it('ends at the deadline of the run, with the traffic at the primary', async () => {
    const scenario = await progressing({ spec });
    scenario.edit(({ analysis }) => ({ analysis: { ...analysis, stepWeight: 0 } }));
    await scenario.clock.advance('50s');
    expect(scenario.status()).toMatchObject({
      phase: 'Progressing',
      canaryWeight: 25,
      waiting: { for: 'person', reason: 'Invalid' },
    });
    await scenario.reaches('Failed', 15_000);
    await scenario.clock.advance('3s');
    expect(scenario.weight()).toBe(0);
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.status().run?.cause).toContain('stepWeight');
  });

  it('goes on where it stood once it is mended', async () => {
    const scenario = await progressing({ spec });
    scenario.edit(({ analysis }) => ({ analysis: { ...analysis, stepWeight: 0 } }));
    await scenario.clock.advance('30s');
    scenario.edit(({ analysis }) => ({ analysis: { ...analysis, stepWeight: 25 } }));
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });

  it('after the copy puts the old version back at the deadline', async () => {
    const scenario = await progressing({ spec });
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
    scenario.edit(({ analysis }) => ({ analysis: { ...analysis, stepWeight: 0 } }));
    await scenario.reaches('Failed', 180_000);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.weight()).toBe(0);
  });

  it('in its checks counts no failed check', async () => {
    const scenario = await progressing({ analysis: { threshold: 1 }, spec });
    scenario.edit(({ analysis }) => ({
      analysis: {
        ...analysis,
        webhooks: [{ name: 'load', url: 'http://receiver/load', timeout: '5s5x' }],
      },
    }));
    scenario.receiver.reply('/load', 500);
    await scenario.clock.advance('40s');
    expect(scenario.status()).toMatchObject({ phase: 'Progressing', failedChecks: 0 });
  });
});

describe('an object of a run', () => {
  it('that cannot be made ends the run at its deadline', async () => {
    const scenario = await progressing({ spec: { progressDeadlineSeconds: 60 } });
    scenario.api.break(/^POST .*services$/, 403, Number.POSITIVE_INFINITY);
    scenario.store.delete(services, { namespace: 'test', name: 'podinfo' });
    await scenario.clock.advance('30s');
    expect(scenario.status().phase).toBe('Progressing');
    expect(scenario.status().waiting).toMatchObject({ step: 'create-services' });
    await scenario.reaches('Failed', 60_000);
    expect(scenario.status().run?.cause).toContain('403');
    await scenario.clock.advance('3s');
    expect(scenario.weight()).toBe(0);
  });
});

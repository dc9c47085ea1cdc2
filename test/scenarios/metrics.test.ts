import { describe, expect, it } from 'vitest';
import { metricTemplates } from '@sluice/sluice/api/resources.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';

const successRate = { metrics: [{ name: 'request-success-rate', thresholdRange: { min: 99 } }] };

describe('metrics', () => {
  it('that are in range let the weight grow', async () => {
    const scenario = await initialized({ analysis: successRate });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.receiver.queries.length).toBeGreaterThanOrEqual(2);
  });

  it('out of range count as a failed check, with value and bound in status', async () => {
    const scenario = await progressing({ analysis: successRate });
    scenario.measured.value = 42;
    await scenario.until(() => scenario.status().failedChecks === 1);
    expect(scenario.status().run?.metrics?.[0]).toMatchObject({ verdict: 'denied', value: 42 });
    expect(scenario.status().run?.metrics?.[0]?.message).toContain('42% < 99%');
    await scenario.reaches('Failed');
  });

  it('that could not be asked count, and say why', async () => {
    const scenario = await progressing({ analysis: successRate });
    scenario.measured.value = 'error';
    await scenario.until(() => scenario.status().failedChecks === 1);
    expect(scenario.status().run?.metrics?.[0]).toMatchObject({ verdict: 'failed' });
    expect(scenario.status().run?.metrics?.[0]?.message).toContain('500');
  });

  it.each([
    ['nothing', undefined],
    ['NaN', 'NaN'],
  ] as const)('that say %s wait one interval uncounted, and count from then on', async (_name, value) => {
    const scenario = await progressing({ analysis: successRate });
    scenario.measured.value = value;
    await scenario.clock.advance('12s');
    expect(scenario.status()).toMatchObject({
      failedChecks: 0,
      canaryWeight: 25,
      run: { noDataGrace: true },
    });
    await scenario.clock.advance('10s');
    expect(scenario.status().failedChecks).toBe(1);
    await scenario.reaches('Failed');
  });

  it('are asked an interval apart after a failure, not at once', async () => {
    const scenario = await progressing({ analysis: successRate });
    scenario.measured.value = 1;
    await scenario.until(() => scenario.status().failedChecks === 1);
    const asked = scenario.receiver.queries.length;
    await scenario.clock.advance('8s');
    expect(scenario.receiver.queries).toHaveLength(asked);
  });

  it('are not asked when a rollout hook failed already', async () => {
    const scenario = await progressing({
      analysis: successRate,
      hooks: [['rollout', '/load']],
      replies: { '/load': 500 },
    });
    await scenario.until(() => scenario.status().failedChecks === 1);
    expect(scenario.receiver.queries).toEqual([]);
  });

  it('of a template that does not exist make the canary invalid until it does', async () => {
    const scenario = await createScenario({
      analysis: {
        metrics: [{ name: 'errors', templateRef: { name: 'errors' }, thresholdRange: { max: 1 } }],
      },
    });
    await scenario.until(() => scenario.condition('Invalid') !== undefined);
    expect(scenario.condition('Invalid')?.message).toContain('test/errors');
    scenario.store.create(metricTemplates, {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'MetricTemplate',
      metadata: { name: 'errors', namespace: 'test' },
      spec: {
        provider: { type: 'prometheus', address: 'http://prometheus:9090' },
        query: 'errors{target="{{ target }}"}',
      },
    });
    await scenario.reaches('Initialized');
    scenario.measured.value = 0;
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.receiver.queries[0]).toBe('errors{target="podinfo"}');
  });

  it("use the controller's Prometheus when metricsServer is empty", async () => {
    const scenario = await initialized({ analysis: successRate, spec: { metricsServer: '' } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.receiver.queries.length).toBeGreaterThan(0);
  });
});

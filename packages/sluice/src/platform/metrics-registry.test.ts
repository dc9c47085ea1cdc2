import { describe, expect, it } from 'vitest';
import { createMetricsRegistry } from './metrics-registry.ts';

const podinfo = { name: 'podinfo', namespace: 'test' };

async function samples(registry: ReturnType<typeof createMetricsRegistry>): Promise<string[]> {
  const lines = (await registry.expose()).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket'));
}

describe('the metrics registry', () => {
  it('exposes Flagger’s series under their names and labels, and the delay of passes', async () => {
    const registry = createMetricsRegistry();
    registry.info('0.1.0', 'kubernetes');
    registry.canaryTotal('test', 2);
    registry.canaryStatus(podinfo, 0);
    registry.canaryWeight(podinfo, { primary: 90, canary: 10 });
    registry.metricAnalysis(podinfo, 'request-success-rate', 99.5);
    registry.passDuration(podinfo, 0.25);
    registry.passBegan(0.5);
    registry.successes(podinfo, 'canary', 'completed');
    registry.failures(podinfo, 'blue-green');
    expect(await samples(registry)).toEqual([
      'flagger_info{version="0.1.0",mesh_provider="kubernetes"} 1',
      'flagger_canary_total{namespace="test"} 2',
      'flagger_canary_status{name="podinfo",namespace="test"} 0',
      'flagger_canary_weight{workload="podinfo-primary",namespace="test"} 90',
      'flagger_canary_weight{workload="podinfo",namespace="test"} 10',
      'flagger_canary_metric_analysis{name="podinfo",namespace="test",metric="request-success-rate"} 99.5',
      'flagger_canary_duration_seconds_sum{name="podinfo",namespace="test"} 0.25',
      'flagger_canary_duration_seconds_count{name="podinfo",namespace="test"} 1',
      'workqueue_queue_duration_seconds_sum{name="canaries"} 0.5',
      'workqueue_queue_duration_seconds_count{name="canaries"} 1',
      'flagger_canary_successes_total{name="podinfo",namespace="test",deployment_strategy="canary",analysis_status="completed"} 1',
      'flagger_canary_failures_total{name="podinfo",namespace="test",deployment_strategy="blue-green",analysis_status="completed"} 1',
    ]);
    expect(await registry.expose()).toContain('flagger_canary_duration_seconds_bucket{le="0.005",');
  });

  it('forgets every series of a canary that is gone, and no other', async () => {
    const registry = createMetricsRegistry();
    const other = { name: 'other', namespace: 'test' };
    for (const canary of [podinfo, other]) {
      registry.canaryStatus(canary, 1);
      registry.canaryWeight(canary, { primary: 100, canary: 0 });
      registry.metricAnalysis(canary, 'a', 1);
      registry.metricAnalysis(canary, 'b', 2);
      registry.passDuration(canary, 1);
      registry.successes(canary, 'ab-testing', 'skipped');
      registry.failures(canary, 'canary');
    }
    registry.remove(podinfo);
    const left = await samples(registry);
    expect(left.filter((line) => line.includes('podinfo'))).toEqual([]);
    expect(left.filter((line) => line.includes('other'))).toHaveLength(9);
  });

  it('drops the count of a namespace without canaries', async () => {
    const registry = createMetricsRegistry();
    registry.canaryTotal('test', 1);
    registry.canaryTotal('test', 0);
    expect(await samples(registry)).toEqual([]);
  });
});

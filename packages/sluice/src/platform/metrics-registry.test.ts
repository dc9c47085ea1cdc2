import { describe, expect, it } from 'vitest';
import { createMetricsRegistry } from './metrics-registry.ts';

import type { CanaryState } from '../rules/run/canary-state.ts';

const podinfo = { name: 'podinfo', namespace: 'test' };

async function samples(registry: ReturnType<typeof createMetricsRegistry>): Promise<string[]> {
  const lines = (await registry.expose()).split('\n');
  return lines.filter((line) => line !== '' && !/^#|_bucket|^sluice_leader |^workqueue_depth\{/.test(line));
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

  it('bounds the names of metrics, which tenants choose', async () => {
    const registry = createMetricsRegistry();
    registry.metricAnalysis(podinfo, 'm'.repeat(4000), 1);
    expect(await samples(registry)).toEqual([
      `flagger_canary_metric_analysis{name="podinfo",namespace="test",metric="${'m'.repeat(128)}"} 1`,
    ]);
    registry.remove(podinfo);
    expect(await samples(registry)).toEqual([]);
  });

  const own = { namespace: 'test', canary: 'podinfo' };
  const labels = 'namespace="test",canary="podinfo"';
  const state: CanaryState = { waiting: undefined, conditions: [], oldestInOutbox: undefined };

  it('replaces what was said of the state of a canary', async () => {
    const registry = createMetricsRegistry();
    const waiting = { for: 'hook', reason: 'GateClosed', since: 5 };
    registry.canaryState(own, { waiting, conditions: ['Invalid', 'TwoControllers'], oldestInOutbox: 7 });
    expect(await samples(registry)).toEqual([
      `sluice_canary_waiting_since_timestamp_seconds{${labels},for="hook",reason="GateClosed"} 5`,
      `sluice_canary_condition{${labels},type="Invalid"} 1`,
      `sluice_canary_condition{${labels},type="TwoControllers"} 1`,
      `sluice_canary_outbox_oldest_timestamp_seconds{${labels}} 7`,
      `sluice_canary_dead_letters_total{${labels}} 0`,
    ]);
    registry.deadLetters(own, 2);
    registry.canaryState(own, { ...state, waiting: { ...waiting, reason: 'AskingHook' } });
    expect(await samples(registry)).toEqual([
      `sluice_canary_waiting_since_timestamp_seconds{${labels},for="hook",reason="AskingHook"} 5`,
      `sluice_canary_dead_letters_total{${labels}} 2`,
    ]);
  });

  it('counts calls of hooks by canary, type and outcome, and their seconds by namespace and type', async () => {
    const registry = createMetricsRegistry();
    registry.hookCalled(own, { type: 'rollout', outcome: 'passed', seconds: 0.2 });
    registry.hookCalled(own, { type: 'rollout', outcome: 'failed', seconds: 10 });
    registry.hookCalled({ ...own, canary: 'other' }, { type: 'rollout', outcome: 'passed', seconds: 1 });
    registry.hookCalled(own, { type: 'event', outcome: 'cancelled', seconds: 3 });
    expect(await samples(registry)).toEqual([
      `sluice_hook_calls_total{${labels},type="rollout",outcome="passed"} 1`,
      `sluice_hook_calls_total{${labels},type="rollout",outcome="failed"} 1`,
      'sluice_hook_calls_total{namespace="test",canary="other",type="rollout",outcome="passed"} 1',
      `sluice_hook_calls_total{${labels},type="event",outcome="cancelled"} 1`,
      'sluice_hook_duration_seconds_sum{namespace="test",type="rollout"} 11.2',
      'sluice_hook_duration_seconds_count{namespace="test",type="rollout"} 3',
    ]);
  });

  it('forgets our own series with their canary, and those of a namespace with its last one', async () => {
    const registry = createMetricsRegistry();
    const waiting = { for: 'hook', reason: 'GateClosed', since: 5 };
    for (const canary of [own, { ...own, canary: 'other' }]) {
      registry.canaryState(canary, { waiting, conditions: ['Invalid'], oldestInOutbox: 7 });
      registry.hookCalled(canary, { type: 'rollout', outcome: 'passed', seconds: 1 });
    }
    registry.removeOwn(own);
    const left = await samples(registry);
    expect(left.filter((line) => line.includes('podinfo'))).toEqual([]);
    expect(left.filter((line) => line.includes('other'))).toHaveLength(5);
    expect(left.filter((line) => line.startsWith('sluice_hook_duration_seconds_'))).toHaveLength(2);
    registry.removeOwn({ ...own, canary: 'other' });
    registry.canaryTotal('test', 0);
    expect(await samples(registry)).toEqual([]);
  });

  it('asks the process whether it leads, and how many passes are due, at each scrape', async () => {
    const registry = createMetricsRegistry();
    expect(await registry.expose()).toContain('sluice_leader 0');
    let queued = 3;
    registry.process({ leads: () => true, queued: () => queued });
    expect(await registry.expose()).toMatch(/sluice_leader 1\n[^]*workqueue_depth\{name="canaries"\} 3\n/);
    queued = 0;
    expect(await registry.expose()).toContain('workqueue_depth{name="canaries"} 0');
  });
});

import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { createMetricsRegistry } from '../platform/metrics-registry.ts';
import type { HookAnswer, HookCall } from '../ports/hooks.ts';
import { createTelemetry } from './telemetry.ts';

const canaryOf = (name: string, target: string): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { namespace: 'test', name },
  spec: { targetRef: { name: target } },
  status: { phase: 'Progressing' },
});

const canary = canaryOf('shop', 'podinfo');

const call: HookCall = {
  id: '1',
  name: 'check',
  type: 'rollout',
  url: 'http://receiver/check',
  shownAs: 'http://receiver',
  timeoutMs: 1000,
  retries: 0,
  insecureSkipVerify: false,
  payload: { name: 'shop', namespace: 'test', phase: 'Progressing', checksum: '', type: 'rollout' },
};
const answer: HookAnswer = { outcome: 'passed', message: '', attempts: 1, durationMs: 1500 };

function bench() {
  const registry = createMetricsRegistry();
  const telemetry = createTelemetry(registry);
  const samples = async (): Promise<readonly string[]> =>
    (await registry.expose()).split('\n').filter((line) => /shop|podinfo|"test"/.test(line));
  return { telemetry, samples };
}

type Telemetry = ReturnType<typeof createTelemetry>;
const reports: readonly (readonly [string, (telemetry: Telemetry) => void])[] = [
  ['a pass that ended', ({ onPass }) => onPass(canary, 'analyse', 1)],
  ['a hook that answered', ({ onHook }) => onHook(call, answer)],
  ['a dead letter', ({ onDeadLetters }) => onDeadLetters('test/shop', 1)],
  ['its status', ({ telemetry }) => telemetry.canaryStatus('podinfo', 'test', 0)],
  ['its weights', ({ telemetry }) => telemetry.canaryWeight('podinfo', 'test', 90, 10)],
  ['a metric', ({ telemetry }) => telemetry.metricAnalysis('podinfo', 'test', 'latency', 1)],
  [
    'the end of a run',
    ({ telemetry }) =>
      telemetry.runEnded('podinfo', 'test', { result: 'failure', strategy: 'canary', analysis: 'completed' }),
  ],
];

describe('the telemetry', () => {
  it.each(reports)('adds no series for a deleted canary: %s', async (_what, report) => {
    const { telemetry, samples } = bench();
    telemetry.onCanary(canary);
    const before = await samples();
    report(telemetry);
    expect(await samples()).not.toEqual(before);
    telemetry.onGone(canary);
    telemetry.onCount('test', 0);
    expect(await samples()).toEqual([]);
    report(telemetry);
    expect(await samples()).toEqual([]);
  });

  it('keeps the series of a target until no Canary names it', async () => {
    const { telemetry, samples } = bench();
    const other = canaryOf('copy', 'podinfo');
    telemetry.onCanary(canary);
    telemetry.onCanary(other);
    telemetry.telemetry.canaryStatus('podinfo', 'test', 0);
    telemetry.onGone(other);
    expect(await samples()).toContain('flagger_canary_status{name="podinfo",namespace="test"} 0');
    telemetry.onCanary(canaryOf('shop', 'another'));
    expect((await samples()).filter((line) => line.includes('podinfo'))).toEqual([]);
  });

  it('counts under the name of the Canary, and in seconds', async () => {
    const { telemetry, samples } = bench();
    telemetry.onCanary(canary);
    telemetry.onHook(call, answer);
    telemetry.onDeadLetters('test/shop', 2);
    expect(await samples()).toEqual(
      expect.arrayContaining([
        'sluice_canary_dead_letters_total{namespace="test",canary="shop"} 2',
        'sluice_hook_calls_total{namespace="test",canary="shop",type="rollout",outcome="passed"} 1',
        'sluice_hook_duration_seconds_sum{namespace="test",type="rollout"} 1.5',
      ]),
    );
  });
});

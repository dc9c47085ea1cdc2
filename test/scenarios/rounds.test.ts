import { describe, expect, it } from 'vitest';
import { initialized, progressing } from '../support/scenario/scenario.ts';

describe('a round of checks that is asked behind a closed gate', () => {
  it('does not judge the next step, when the gate opens before it has ended', async () => {
    const scenario = await initialized({
      hooks: [
        ['rollout', '/load'],
        ['confirm-traffic-increase', '/traffic', { pollInterval: '1s' }],
      ],
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    scenario.receiver.reply('/traffic', 403);
    await scenario.until(() => scenario.receiver.calls('/traffic').at(-1)?.reply === 403);
    scenario.receiver.reply('/load', 'silence');
    await scenario.until(() => scenario.receiver.calls('/load').at(-1)?.reply === 'silence');
    scenario.receiver.reply('/traffic', 200);
    scenario.receiver.reply('/load', 200);
    await scenario.reaches('Succeeded');
    expect(scenario.status().failedChecks).toBe(0);
    const steps = scenario.receiver.calls('/load').map(({ payload }) => payload['step']);
    expect(steps).toContain(2);
  });
});

describe('a check that is added in the middle of a run', () => {
  it('is asked before the step is left, also where a round passed before', async () => {
    const scenario = await progressing({
      hooks: [
        ['confirm-traffic-increase', '/gate', { pollInterval: '1s' }],
        ['rollout', '/load'],
      ],
      replies: { '/late': 500 },
    });
    scenario.receiver.reply('/gate', 403);
    await scenario.until(() => scenario.receiver.calls('/load').length > 0);
    await scenario.clock.advance('1s');
    scenario.edit(({ analysis }) => ({
      analysis: {
        ...analysis,
        webhooks: [
          ...(analysis.webhooks ?? []),
          { name: 'late', type: 'rollout', url: 'http://receiver/late' },
        ],
      },
    }));
    scenario.receiver.reply('/gate', 200);
    await scenario.until(() => scenario.receiver.calls('/late').length > 0, 12_000);
    await scenario.clock.advance('1s');
    expect(scenario.weight()).toBe(25);
    expect(scenario.status().failedChecks).toBe(1);
    scenario.receiver.reply('/late', 200);
    await scenario.reaches('Succeeded');
  });
});

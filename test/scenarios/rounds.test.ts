import { describe, expect, it } from 'vitest';
import { initialized } from '../support/scenario/scenario.ts';

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

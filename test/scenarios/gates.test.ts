import { describe, expect, it } from 'vitest';
import { initialized, progressing } from '../support/scenario/scenario.ts';

describe('a closed gate', () => {
  it('that opens is acted on at the next poll', async () => {
    const scenario = await initialized({ hooks: [['confirm-rollout', '/gate', { pollInterval: '2s' }]] });
    scenario.receiver.reply('/gate', 403);
    scenario.ship('podinfo:2');
    await scenario.reaches('Waiting');
    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Progressing', 2_100);
  });

  it('is polled each analysis interval when no pollInterval is given', async () => {
    const scenario = await initialized({ hooks: [['confirm-rollout', '/gate']] });
    scenario.receiver.reply('/gate', 403);
    scenario.ship('podinfo:2');
    await scenario.clock.advance('35s');
    expect(scenario.receiver.calls('/gate')).toHaveLength(4);
  });

  it('is still closed while it is asked again: its last answer is shown until the next one', async () => {
    const gate = ['confirm-rollout', '/gate', { pollInterval: '2s', timeout: '5m' }] as const;
    const scenario = await initialized({ hooks: [gate] });
    scenario.receiver.reply('/gate', 403);
    scenario.ship('podinfo:2');
    await scenario.reaches('Waiting');
    scenario.receiver.reply('/gate', 'silence');
    await scenario.clock.advance('2m');
    expect(scenario.receiver.calls('/gate')).toHaveLength(2);
    expect(scenario.status().waiting?.message).toContain('403');
  });

  it('of traffic does not stop the checks', async () => {
    const scenario = await progressing({
      hooks: [
        ['confirm-traffic-increase', '/gate'],
        ['rollout', '/load'],
      ],
    });
    scenario.receiver.reply('/gate', 403);
    await scenario.clock.advance('65s');
    expect(scenario.weight()).toBe(25);
    expect(scenario.receiver.calls('/load').length).toBeGreaterThanOrEqual(5);
  });

  it.each(['confirm-traffic-increase', 'confirm-promotion'])(
    'of %s does not hide a canary that turns bad',
    async (type) => {
      const scenario = await progressing({
        hooks: [
          [type, '/gate'],
          ['rollout', '/load'],
        ],
      });
      scenario.receiver.reply('/gate', 403);
      await scenario.until(() => scenario.receiver.calls('/gate').length > 1);
      scenario.receiver.reply('/load', 500);
      await scenario.reaches('Failed');
      expect(scenario.weight()).toBe(0);
    },
  );

  it('is warned about once, also by a controller that was restarted while it waits', async () => {
    const scenario = await progressing({
      hooks: [['confirm-traffic-increase', '/gate', { pollInterval: '1s' }]],
    });
    scenario.receiver.reply('/gate', 403);
    await scenario.clock.advance('35s');
    await scenario.restart();
    await scenario.clock.advance('35s');
    expect(scenario.events().filter((event) => event === 'Warning WaitingForTrafficIncrease')).toHaveLength(
      1,
    );
  });

  it('for promotion waits as long as it takes, and then promotes at once', async () => {
    const scenario = await progressing({ hooks: [['confirm-promotion', '/gate', { pollInterval: '1s' }]] });
    scenario.receiver.reply('/gate', 403);
    await scenario.reaches('WaitingPromotion');
    await scenario.clock.advance('15m');
    scenario.receiver.reply('/gate', 200);
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2', 2_000);
  });
});

describe('confirm-traffic-increase', () => {
  it('is asked only when the weight would increase: not before promotion', async () => {
    const scenario = await initialized({
      hooks: [
        ['confirm-traffic-increase', '/gate'],
        ['confirm-promotion', '/promotion'],
      ],
    });
    scenario.receiver.reply('/promotion', 403);
    scenario.ship('podinfo:2');
    await scenario.reaches('WaitingPromotion');
    await scenario.clock.advance('60s');
    expect(scenario.receiver.calls('/gate')).toHaveLength(2);
  });
});

describe('pre-rollout', () => {
  it('passes once for a revision, however long the first gate stays closed', async () => {
    const scenario = await initialized({
      hooks: [
        ['pre-rollout', '/pre'],
        ['confirm-traffic-increase', '/gate'],
      ],
    });
    scenario.receiver.reply('/gate', 403);
    scenario.ship('podinfo:2');
    await scenario.clock.advance('2m');
    expect(scenario.receiver.calls('/pre')).toHaveLength(1);
  });

  it('is asked again an interval after a failure, and a hook that passed is not', async () => {
    const scenario = await initialized({
      hooks: [
        ['pre-rollout', '/one'],
        ['pre-rollout', '/two'],
      ],
    });
    scenario.receiver.reply('/two', 500);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.step === 'ask-pre-rollout');
    expect(scenario.status()).toMatchObject({ failedChecks: 1, waiting: { for: 'interval' } });
    scenario.receiver.reply('/two', 200);
    await scenario.until(() => scenario.weight() === 25, 12_000);
    expect(scenario.receiver.calls('/one')).toHaveLength(1);
    expect(scenario.receiver.calls('/two')).toHaveLength(2);
  });

  it('runs again for another revision', async () => {
    const scenario = await progressing({ hooks: [['pre-rollout', '/pre']] });
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.receiver.calls('/pre')).toHaveLength(2);
  });
});

import { describe, expect, it } from 'vitest';
import { initialized } from '../support/scenario/scenario.ts';

describe('a controller whose lease is not its own for a while', () => {
  it('asks and tells nothing while it may not act, and ends the run when it may again', async () => {
    let isLeader = true;
    const scenario = await initialized({
      mayAct: () => isLeader,
      hooks: [
        ['confirm-rollout', '/gate', { pollInterval: '1s' }],
        ['rollout', '/check'],
      ],
    });
    scenario.receiver.reply('/gate', 403);
    scenario.ship('podinfo:2');
    await scenario.reaches('Waiting');
    isLeader = false;
    await scenario.clock.advance('2s');
    const asked = scenario.receiver.received.length;
    const before = scenario.status();
    scenario.receiver.reply('/gate', 200);
    scenario.ship('podinfo:3');
    await scenario.clock.advance('10m');
    expect(scenario.receiver.received).toHaveLength(asked);
    expect(scenario.status()).toEqual(before);
    isLeader = true;
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
    expect(scenario.history.illegal).toEqual([]);
  });

  it('tells what is to be told when it may act again', async () => {
    let isLeader = true;
    const scenario = await initialized({ mayAct: () => isLeader, hooks: [['event', '/event']] });
    scenario.receiver.reply('/event', 503);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.receiver.calls('/event').length > 1);
    isLeader = false;
    await scenario.clock.advance('1s');
    const told = scenario.receiver.calls('/event').length;
    scenario.receiver.reply('/event', 200);
    await scenario.clock.advance('5m');
    expect(scenario.receiver.calls('/event')).toHaveLength(told);
    isLeader = true;
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('1m');
    expect(scenario.receiver.calls('/event').length).toBeGreaterThan(told);
    expect(scenario.status().outbox ?? []).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { initialized } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import type { WebhookShorthand } from '../support/scenario/objects.ts';

const eight: readonly WebhookShorthand[] = [
  ['confirm-rollout', '/confirm-rollout'],
  ['pre-rollout', '/pre-rollout'],
  ['rollout', '/rollout'],
  ['confirm-traffic-increase', '/traffic'],
  ['confirm-promotion', '/promotion'],
  ['rollback', '/rollback'],
  ['post-rollout', '/post-rollout'],
  ['event', '/event'],
];

const phases = (scenario: Scenario, path: string): readonly unknown[] => [
  ...new Set(scenario.receiver.calls(path).map((call) => call.payload['phase'])),
];

async function afterRun(options: Parameters<typeof initialized>[0] = {}): Promise<Scenario> {
  const scenario = await initialized({ hooks: eight, ...options });
  scenario.receiver.reply('/rollback', 403);
  scenario.ship('podinfo:2');
  await scenario.reaches('Succeeded');
  await scenario.clock.advance('1s');
  return scenario;
}

describe('the eight hooks of a run that is promoted', () => {
  it('are asked in the order of the run', async () => {
    const scenario = await afterRun();
    const order = scenario.receiver.received.map((call) => call.path).filter((path) => path !== '/event');

    expect([...new Set(order)]).toEqual([
      '/confirm-rollout',
      '/rollback',
      '/pre-rollout',
      '/traffic',
      '/rollout',
      '/promotion',
      '/post-rollout',
    ]);
  });

  it('get the phases that Flagger sends', async () => {
    const scenario = await afterRun();

    expect(phases(scenario, '/confirm-rollout')).toEqual(['Initialized']);
    expect(phases(scenario, '/pre-rollout')).toEqual(['Progressing']);
    expect(phases(scenario, '/rollout')).toEqual(['Progressing']);
    expect(phases(scenario, '/traffic')).toEqual(['Progressing']);
    expect(phases(scenario, '/promotion')).toEqual(['Progressing']);
    expect(phases(scenario, '/rollback')).toEqual(['Progressing']);
    expect(phases(scenario, '/post-rollout')).toEqual(['Succeeded']);
    expect(phases(scenario, '/event')).toEqual([
      'Initialized',
      'Progressing',
      'Promoting',
      'Finalising',
      'Succeeded',
    ]);
  });

  it("carry Flagger's keys, and ours beside them", async () => {
    const scenario = await afterRun({
      hooks: [['confirm-rollout', '/confirm-rollout', { metadata: { team: 'a' } }]],
    });
    const payload = scenario.receiver.calls('/confirm-rollout')[0]?.payload ?? {};

    expect(payload).toMatchObject({
      name: 'podinfo',
      namespace: 'test',
      phase: 'Initialized',
      metadata: { team: 'a' },
    });
    expect(payload['checksum']).toMatch(/^[0-9a-f]+$/);
    expect(payload).toMatchObject({
      type: 'confirm-rollout',
      attempt: 1,
      images: { old: ['podinfod=podinfo:1'], new: ['podinfod=podinfo:2'] },
    });
    expect(payload).toHaveProperty('deliveryId');
    expect(payload).toHaveProperty('runId');
  });

  it('leave metadata out when the hook has none', async () => {
    const scenario = await afterRun();
    expect(scenario.receiver.calls('/rollout')[0]?.payload).not.toHaveProperty('metadata');
  });

  it('tell an event with its text, its type and its time', async () => {
    const scenario = await afterRun();
    const { metadata } = scenario.receiver.calls('/event').at(-1)?.payload ?? {};
    expect(metadata).toMatchObject({
      eventType: 'Normal',
      eventMessage: expect.stringContaining('Promotion') as string,
    });
    expect(Number((metadata as Record<string, string>)['timestamp'])).toBeGreaterThan(1_700_000_000_000);
  });

  it('say nothing more once the run is over', async () => {
    const scenario = await afterRun();
    const before = scenario.receiver.received.length;
    await scenario.clock.advance('10m');
    expect(scenario.receiver.received).toHaveLength(before);
  });

  it('ask confirm-rollout with the phase the canary rests in', async () => {
    const scenario = await afterRun();
    scenario.receiver.reply('/rollout', 500);
    scenario.ship('podinfo:3');
    await scenario.reaches('Failed');
    scenario.receiver.reply('/rollout', 200);
    scenario.ship('podinfo:4');
    await scenario.reaches('Succeeded');

    expect(phases(scenario, '/confirm-rollout')).toEqual(['Initialized', 'Succeeded', 'Failed']);
    expect(phases(scenario, '/post-rollout')).toEqual(['Succeeded', 'Failed']);
  });

  it('ask confirm-rollout with phase Waiting while it waits', async () => {
    const scenario = await initialized({ hooks: [['confirm-rollout', '/confirm-rollout']] });
    scenario.receiver.reply('/confirm-rollout', 403);
    scenario.ship('podinfo:2');
    await scenario.clock.advance('25s');
    expect(scenario.receiver.calls('/confirm-rollout').map((call) => call.payload['phase'])).toEqual([
      'Initialized',
      'Waiting',
      'Waiting',
    ]);
  });

  it('take a hook without a type for a rollout hook', async () => {
    const scenario = await afterRun({ hooks: [['', '/untyped']] });
    expect(scenario.receiver.calls('/untyped')[0]?.payload).toMatchObject({
      type: 'rollout',
      phase: 'Progressing',
    });
  });
});

describe('hooks of one type', () => {
  it('are asked in list order, the next one only when the one before has passed', async () => {
    const scenario = await initialized({
      hooks: [
        ['confirm-rollout', '/one'],
        ['confirm-rollout', '/two'],
      ],
    });
    scenario.receiver.reply('/one', 403);
    scenario.ship('podinfo:2');
    await scenario.clock.advance('15s');
    expect(scenario.receiver.calls('/two')).toHaveLength(0);

    scenario.receiver.reply('/one', 200);
    await scenario.reaches('Progressing');
    expect(scenario.receiver.calls('/two')).toHaveLength(1);
  });

  it('and of one name are two questions', async () => {
    const scenario = await initialized({
      hooks: [
        ['confirm-rollout', '/same'],
        ['confirm-rollout', '/same'],
      ],
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Progressing');
    const ids = scenario.receiver.calls('/same').map((call) => call.payload['deliveryId']);
    expect(new Set(ids).size).toBe(2);
  });
});

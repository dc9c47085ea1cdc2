import { describe, expect, it } from 'vitest';
import type { HookReply } from '../support/fakes/fake-receiver.ts';
import { initialized } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const passing = [202, 204] as const;
const refusing: readonly (readonly [string, HookReply, string])[] = [
  ['403', 403, 'denied'],
  ['500', 500, 'denied'],
  ['a redirect', { status: 302, location: 'http://elsewhere/' }, 'failed'],
  ['silence', 'silence', 'failed'],
  ['a refused connection', 'refused', 'failed'],
];
const shown = passing.map((reply) => [String(reply), reply] as const);

async function shipped(type: string, reply: HookReply): Promise<Scenario> {
  const scenario = await initialized({
    hooks: [[type, '/hook', { timeout: '2s' }]],
    analysis: { threshold: 1 },
  });
  scenario.receiver.reply('/hook', reply);
  scenario.ship('podinfo:2');
  return scenario;
}

describe.each(['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'pre-rollout', 'rollout'])(
  '%s',
  (type) => {
    it.each(shown)('passes with %s', async (_name, reply) => {
      const scenario = await shipped(type, reply);
      await scenario.reaches('Succeeded');
      expect(scenario.ended).toEqual(['success canary completed']);
    });
  },
);

describe('confirm-rollout', () => {
  it.each(refusing)('waits with %s', async (_name, reply, outcome) => {
    const scenario = await shipped('confirm-rollout', reply);
    await scenario.reaches('Waiting');
    await scenario.clock.advance('15s');

    expect(scenario.status().phase).toBe('Waiting');
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.status().hooks?.[0]).toMatchObject({ outcome });
    expect(scenario.status().waiting).toMatchObject({
      step: 'ask-confirm-rollout',
      for: 'hook',
      name: 'hook',
    });
  });
});

describe('confirm-traffic-increase', () => {
  it.each(refusing)('keeps the weight with %s, and counts no failure', async (_name, reply, outcome) => {
    const scenario = await shipped('confirm-traffic-increase', reply);
    await scenario.clock.advance('30s');

    expect(scenario.weight()).toBe(0);
    expect(scenario.status()).toMatchObject({ phase: 'Progressing', failedChecks: 0 });
    expect(scenario.status().hooks?.[0]).toMatchObject({ outcome });
    expect(scenario.status().waiting).toMatchObject({ step: 'advance', for: 'hook' });
  });
});

describe('confirm-promotion', () => {
  it.each(refusing)('waits for promotion with %s', async (_name, reply) => {
    const scenario = await shipped('confirm-promotion', reply);
    await scenario.reaches('WaitingPromotion');
    await scenario.clock.advance('15s');

    expect(scenario.weight()).toBe(50);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.status().waiting).toMatchObject({ step: 'advance', for: 'hook' });
  });
});

describe.each(['pre-rollout', 'rollout'])('%s', (type) => {
  it.each(refusing)('counts a failed check with %s', async (_name, reply) => {
    const scenario = await shipped(type, reply);
    await scenario.reaches('Failed');
    expect(scenario.events()).toContain('Warning RolledBack');
  });
});

describe('rollback', () => {
  it.each(shown)('rolls back with %s', async (_name, reply) => {
    const scenario = await shipped('rollback', reply);
    await scenario.reaches('Failed');
    expect(scenario.status().run?.cause).toContain('rollback hook "hook"');
  });

  it.each(refusing)('goes on with %s', async (_name, reply) => {
    const scenario = await shipped('rollback', reply);
    await scenario.reaches('Succeeded');
  });

  it('is warned about once while it could not be asked', async () => {
    const scenario = await shipped('rollback', 'refused');
    await scenario.reaches('Succeeded');
    expect(scenario.events().filter((event) => event === 'Warning RollbackHookUnanswered')).toHaveLength(1);
  });
});

describe('what a hook answered', () => {
  it('is kept with its code and its text, for people', async () => {
    const scenario = await shipped('confirm-rollout', { status: 403, text: 'change freeze until Monday' });
    await scenario.reaches('Waiting');
    expect(scenario.status().hooks?.[0]).toMatchObject({
      code: 403,
      message: 'change freeze until Monday',
      attempts: 1,
    });
    expect(scenario.messages().join('\n')).toContain('change freeze until Monday');
  });

  it('is not written again while a gate gives the same answer', async () => {
    const scenario = await shipped('confirm-rollout', 403);
    await scenario.reaches('Waiting');
    await scenario.clock.advance('5s');
    scenario.api.takeRequests();
    await scenario.clock.advance('60s');
    expect(scenario.receiver.calls('/hook').length).toBeGreaterThan(5);
    expect(scenario.api.takeRequests()).toEqual([]);
  });

  it('does not say the status twice', async () => {
    const scenario = await shipped('confirm-rollout', 403);
    await scenario.reaches('Waiting');
    expect(scenario.messages().join('\n')).not.toContain('403 403');
  });
});

import { describe, expect, it } from 'vitest';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const texts = (scenario: Scenario, path: string): readonly string[] =>
  scenario.receiver
    .calls(path)
    .map((call) => String((call.payload['metadata'] as Record<string, string>)['eventMessage']));

describe('events', () => {
  it('that nobody takes do not slow the rollout down', async () => {
    const quick = await initialized();
    const slow = await initialized({
      hooks: [['event', '/event', { timeout: '1m' }]],
      replies: { '/event': 'silence' },
    });
    const times = [];
    for (const scenario of [quick, slow]) {
      const start = scenario.clock.now();
      scenario.ship('podinfo:2');
      await scenario.reaches('Succeeded');
      times.push(scenario.clock.now() - start);
    }
    expect(times[1]).toBe(times[0]);
  });

  it.each([
    ['event', '/event', 60_000],
    ['post-rollout', '/post', 600_000],
  ] as const)(
    'of the type %s are given up after a longest time, whatever their hook asks for',
    async (type, path, ms) => {
      const scenario = await initialized({
        hooks: [[type, path, { timeout: '0s', retries: 1_000_000 }]],
        replies: { [path]: 'silence' },
      });
      scenario.ship('podinfo:2');
      await scenario.until(() => scenario.receiver.calls(path).length === 1, 600_000);
      await scenario.clock.advance(`${ms / 1000 + 10}s`);
      expect(scenario.receiver.calls(path).length).toBeGreaterThan(1);
      // The eleventh attempt is the last of a try, so its answer is recorded.
      await scenario.until(() => scenario.receiver.calls(path).length >= 11, 12 * ms);
      expect(scenario.receiver.calls(path).map(({ payload }) => payload['attempt'])).toEqual(
        expect.arrayContaining([1, 11]),
      );
      await scenario.clock.advance(`${2 * (ms / 1000)}s`);
      expect(scenario.receiver.calls(path).map(({ payload }) => payload['attempt'])).not.toContain(12);
    },
  );

  it('are told in the order in which they happened, also to a receiver that fails first', async () => {
    const scenario = await initialized({ hooks: [['event', '/event']], replies: { '/event': 503 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Progressing');
    scenario.receiver.reply('/event', 200);
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('10m');
    const seen = [...new Set(texts(scenario, '/event'))];
    expect(seen[0]).toContain('Initialization done');
    expect(seen[1]).toContain('New revision');
    expect(seen.at(-1)).toContain('Promotion of podinfo');
    expect(scenario.status().outbox ?? []).toEqual([]);
  });

  it("that the administrator's webhook does not take name it, and not its URL", async () => {
    const scenario = await initialized({
      controllerOptions: { eventWebhook: 'http://receiver/global/T0P-secret' },
      replies: { '/global/T0P-secret': 'refused' },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('20m');
    const shown = JSON.stringify([scenario.status(), scenario.messages(), scenario.log.lines]);
    expect(shown).toContain('the event webhook');
    expect(shown).not.toMatch(/T0P-secret|receiver\/global/);
  });

  it('go to the webhook of the controller when the canary has no event hook', async () => {
    const scenario = await initialized({ controllerOptions: { eventWebhook: 'http://receiver/global' } });
    await scenario.clock.advance('2s');
    expect(texts(scenario, '/global').at(-1)).toContain('Initialization done');
  });

  it('over the bound of the outbox are dropped, oldest first, and counted; the end of a run is not', async () => {
    const scenario = await progressing({
      analysis: { threshold: 85, interval: '1s' },
      hooks: [
        ['event', '/event'],
        ['rollout', '/load'],
        ['post-rollout', '/post'],
      ],
      replies: { '/event': 'silence', '/load': 500, '/post': 'silence' },
    });
    await scenario.clock.advance('75s');
    expect(scenario.status().outboxDropped).toBeGreaterThan(0);
    expect(scenario.status().outbox?.length).toBeLessThanOrEqual(64);
    expect(JSON.stringify(scenario.status()).length).toBeLessThan(64 * 1024);
    await scenario.reaches('Failed', 200_000);
    expect(scenario.status().outbox?.some((entry) => entry.kind === 'post-rollout')).toBe(true);
  });

  it('that were given up are kept as dead letters', async () => {
    const scenario = await initialized({ hooks: [['event', '/event']], replies: { '/event': 404 } });
    await scenario.clock.advance('20m');
    expect(scenario.status().outbox ?? []).toEqual([]);
    expect(scenario.status().deadLetters?.[0]).toMatchObject({ kind: 'event', hook: 'event' });
    expect(scenario.status().deadLetters?.[0]?.reason).toContain('404');
  });

  it('of a hook that was taken out of the spec leave the outbox', async () => {
    const scenario = await initialized({ hooks: [['event', '/event']], replies: { '/event': 503 } });
    await scenario.clock.advance('2s');
    expect(scenario.status().outbox).not.toEqual([]);
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, webhooks: [] } }));
    await scenario.clock.advance('3s');
    expect(scenario.status().outbox ?? []).toEqual([]);
  });
});

describe('post-rollout', () => {
  it('is told once the traffic is back and the canary is gone', async () => {
    const scenario = await initialized({ hooks: [['post-rollout', '/post']] });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.receiver.calls('/post').length === 1);
    expect(scenario.weight()).toBe(0);
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(scenario.receiver.calls('/post')[0]?.payload).toMatchObject({ phase: 'Succeeded' });
  });

  it('is told until it is taken, and then not again', async () => {
    const scenario = await initialized({ hooks: [['post-rollout', '/post']], replies: { '/post': 503 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('10m');
    scenario.receiver.reply('/post', 200);
    await scenario.clock.advance('10m');
    const told = scenario.receiver.calls('/post').length;
    await scenario.clock.advance('10m');
    expect(scenario.receiver.calls('/post')).toHaveLength(told);
    expect(new Set(scenario.receiver.calls('/post').map((call) => call.payload['deliveryId'])).size).toBe(1);
  });

  it('is told once, also when the next run begins before its end is recorded', async () => {
    const scenario = await initialized({ hooks: [['post-rollout', '/post']] });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.receiver.calls('/post').length === 1);
    scenario.ship('podinfo:3');
    await scenario.reaches('Progressing');
    await scenario.clock.advance('5s');
    expect(scenario.receiver.calls('/post')).toHaveLength(1);
  });

  it('is told once, also when somebody changes the route before its end is recorded', async () => {
    const hooks = [
      ['post-rollout', '/post'],
      ['rollback', '/switch'],
    ] as const;
    const scenario = await initialized({ hooks });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.receiver.calls('/post').length === 1);
    expect(scenario.status().phase).toBe('Failed');
    scenario.dataPlane.refuse('Pending');
    await scenario.clock.advance('500ms');
    scenario.dataPlane.refuse(undefined);
    await scenario.clock.advance('5s');
    expect(scenario.receiver.calls('/post')).toHaveLength(1);
  });

  it('that is taken late is no answer of the run that is on by then', async () => {
    const scenario = await initialized({ hooks: [['post-rollout', '/post']], replies: { '/post': 503 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.weight() === 25);
    scenario.receiver.reply('/post', 200);
    await scenario.until(
      () => (scenario.status().outbox ?? []).every(({ kind }) => kind === 'event'),
      600_000,
    );
    expect(scenario.status().run?.newImages?.[0]).toContain('podinfo:3');
    expect(scenario.status().hooks ?? []).toEqual([]);
  });

  it('of a run that is over does not wait for the routes of the next one', async () => {
    const scenario = await initialized({ hooks: [['post-rollout', '/post']], replies: { '/post': 503 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.weight() === 25);
    scenario.dataPlane.refuse('Pending');
    scenario.receiver.reply('/post', 200);
    const before = scenario.receiver.calls('/post').length;
    await scenario.until(() => scenario.receiver.calls('/post').length > before, 60_000);
  });

  it('still names its own run when the next one has begun', async () => {
    const scenario = await initialized({ hooks: [['post-rollout', '/post']], replies: { '/post': 503 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    const { id } = scenario.status().run ?? {};
    scenario.ship('podinfo:3');
    await scenario.reaches('Progressing');
    scenario.receiver.reply('/post', 200);
    await scenario.until(() =>
      scenario.receiver
        .calls('/post')
        .some((call) => call.payload['runId'] === id && call.payload['attempt'] !== 0),
    );
    const late = scenario.receiver.calls('/post').at(-1)?.payload;
    expect(late).toMatchObject({ runId: id, phase: 'Succeeded' });
  });

  it('of one hook does not wait for another one that is down', async () => {
    const scenario = await initialized({
      hooks: [
        ['post-rollout', '/down'],
        ['post-rollout', '/up'],
      ],
      replies: { '/down': 503 },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('2s');
    expect(scenario.receiver.calls('/up')).toHaveLength(1);
  });
});

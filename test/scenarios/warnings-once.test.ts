import { describe, expect, it } from 'vitest';
import { events, services } from '@sluice/kube/objects/resources.ts';
import { progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

/** How often an Event of that reason was recorded: the recorder counts those that say the same. */
const times = ({ store }: Scenario, reason: string): number =>
  store
    .list(events, { namespace: 'test' })
    .filter((event) => event['reason'] === reason)
    .reduce((sum, event) => sum + Number(event['count'] ?? 1), 0);

const always = Number.POSITIVE_INFINITY;

describe('a Warning that stays true is said once', () => {
  it('for each of two writes that the API refuses', async () => {
    const scenario = await progressing();
    scenario.api.break(/^PATCH .*deployments\/podinfo$/, 403, always);
    scenario.api.break(/^POST .*services$/, 422, always);
    for (const name of ['podinfo', 'podinfo-canary'])
      scenario.store.delete(services, { namespace: 'test', name });
    await scenario.clock.advance('10s');
    scenario.receiver.reply('/load', 500);
    await scenario.clock.advance('2m');
    expect(times(scenario, 'ApiRefused')).toBeLessThanOrEqual(3);
    expect(scenario.messages().filter((text) => text.includes('create Service'))).toHaveLength(2);
  });

  it('and again once all was well in between', async () => {
    const scenario = await progressing();
    for (let outage = 1; outage <= 2; outage += 1) {
      scenario.api.break(/^POST .*services$/, 422, always);
      scenario.store.delete(services, { namespace: 'test', name: 'podinfo' });
      await scenario.clock.advance('5s');
      expect(times(scenario, 'ApiRefused')).toBe(outage);
      scenario.api.heal();
      await scenario.until(() => scenario.services().some(({ metadata }) => metadata.name === 'podinfo'));
      await scenario.clock.advance('1s');
    }
  });

  it('of a rollback hook that does not answer, beside one that does', async () => {
    const scenario = await progressing({
      hooks: [
        ['rollback', '/down', { pollInterval: '1s' }],
        ['rollback', '/no', { pollInterval: '1s' }],
      ],
      replies: { '/down': 'refused', '/no': 403 },
      analysis: { interval: '1m' },
    });
    await scenario.clock.advance('30s');
    expect(times(scenario, 'RollbackHookUnanswered')).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { services } from '@sluice/kube/objects/resources.ts';
import { countWrites, dieAfterWrite } from '../support/checks/fatal-writes.ts';
import { createScenario, initialized } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import type { ApiFault } from '../support/fakes/api-faults.ts';
import type { WebhookShorthand } from '../support/scenario/objects.ts';

const hooks: readonly WebhookShorthand[] = [
  ['confirm-rollout', '/confirm-rollout'],
  ['pre-rollout', '/pre-rollout'],
  ['rollout', '/rollout'],
  ['confirm-traffic-increase', '/traffic'],
  ['confirm-promotion', '/promotion'],
  ['post-rollout', '/post-rollout'],
  ['event', '/event'],
];

const options = { hooks, analysis: { interval: '2s', stepWeights: [50] } } as const;

/** Each path with the texts (of events) or the questions (of the others) heard, repeats of one id aside. */
function heard(scenario: Scenario, from: number): Readonly<Record<string, number>> {
  const ids = new Map<string, Set<unknown>>();
  for (const { path, payload } of scenario.receiver.received.slice(from)) {
    const set = ids.get(path) ?? new Set();
    ids.set(path, set.add(payload['deliveryId']));
  }
  return Object.fromEntries([...ids].map(([path, set]) => [path, set.size]));
}

async function rollout(scenario: Scenario, image: string): Promise<Readonly<Record<string, number>>> {
  const from = scenario.receiver.received.length;
  scenario.ship(image);
  await scenario.until(() => scenario.history.phases.includes('Succeeded'));
  await scenario.clock.advance('3s');
  expect(scenario.image('podinfo-primary')).toBe(image);
  expect(scenario.replicas('podinfo')).toBe(0);
  expect(scenario.history.weights).toEqual([50, 0]);
  return heard(scenario, from);
}

describe('a controller that dies', () => {
  it('after any of its writes is replaced by one that ends the run as if nothing had happened', async () => {
    const scenario = await initialized(options);
    const writes = await countWrites(scenario, () => rollout(scenario, 'podinfo:2'));
    const undisturbed = await rollout(scenario, 'podinfo:undisturbed');
    expect(writes).toBeGreaterThan(8);

    for (let fatal = 1; fatal <= writes; fatal += 1) {
      dieAfterWrite(scenario, fatal);
      expect
        .soft(await rollout(scenario, `podinfo:crash-${fatal}`), `after write ${fatal}`)
        .toEqual(undisturbed);
    }
  });

  it.each(['Waiting', 'Progressing', 'WaitingPromotion', 'Promoting', 'Failed'] as const)(
    'in phase %s is replaced by one that asks the same questions with the same ids',
    async (phase) => {
      const type =
        phase === 'Waiting'
          ? 'confirm-rollout'
          : phase === 'WaitingPromotion'
            ? 'confirm-promotion'
            : 'rollout';
      const scenario = await initialized({
        hooks: [[type, '/hook', { timeout: '1m' }]],
        analysis: { threshold: phase === 'Failed' ? 1 : 3 },
      });
      scenario.receiver.reply(
        '/hook',
        phase === 'Progressing' ? 'silence' : phase === 'Promoting' ? 200 : 403,
      );
      scenario.kubelet.setHealthy('podinfo:2', phase !== 'Promoting', 'podinfo-primary');
      scenario.ship('podinfo:2');
      await scenario.reaches(phase);
      await scenario.clock.advance('12s');
      const before = scenario.receiver.calls('/hook').length;
      scenario.kill();
      await scenario.replace();
      await scenario.clock.advance('12s');

      expect(scenario.status().phase).toBe(phase);
      const ids = scenario.receiver.calls('/hook').map((call) => call.payload['deliveryId']);
      const again = ids.slice(before);
      const asksAgain = phase === 'Waiting' || phase === 'WaitingPromotion' || phase === 'Progressing';
      expect(again.some((id) => ids.slice(0, before).includes(id))).toBe(asksAgain);
      scenario.receiver.reply('/hook', 200);
      scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo-primary');
      if (phase !== 'Failed') await scenario.reaches('Succeeded', 300_000);
    },
  );
});

describe('an API server that fails', () => {
  const kinds = [
    'canaries/podinfo/status',
    'httproutes/podinfo',
    'deployments/podinfo',
    'deployments/podinfo-primary',
  ];
  const faults: readonly ApiFault[] = [500, 409, 'lost', 'silence'];
  const cases = kinds.flatMap((kind) => faults.map((fault) => [kind, fault] as const));

  it.each(cases)('at writes of %s with %s: the run ends as undisturbed', async (kind, fault) => {
    const scenario = await initialized(options);
    const undisturbed = {
      '/confirm-rollout': 1,
      '/pre-rollout': 1,
      '/rollout': 1,
      '/traffic': 1,
      '/promotion': 1,
      '/post-rollout': 1,
    };
    scenario.api.break(new RegExp(`(PATCH|PUT|POST) .*/${kind}$`), fault, 2);
    const { '/event': _events, ...asked } = await rollout(scenario, 'podinfo:2');
    expect(asked).toEqual(undisturbed);
  });

  it.each(faults)(
    'with %s at every first write of a new canary: it is initialized all the same',
    async (fault) => {
      const scenario = await createScenario({ faults: [[/^(POST|PATCH|PUT) /, fault, 8]] });
      await scenario.reaches('Initialized', 400_000);
      expect(scenario.weight()).toBe(0);
      expect(scenario.replicas('podinfo')).toBe(0);
      for (const name of ['podinfo', 'podinfo-primary', 'podinfo-canary'])
        expect(scenario.store.get(services, { namespace: 'test', name })).toBeDefined();
    },
  );

  it('is asked with Events best effort: without them the run is the same', async () => {
    const scenario = await initialized({ faults: [[/\/events$/, 500, 1_000]] });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.events()).toEqual([]);
  });

  it('does not make a failed check count twice', async () => {
    const scenario = await initialized({ hooks: [['rollout', '/load']], replies: { '/load': 500 } });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    await scenario.clock.advance('9s');
    scenario.api.break(/status$/, 'lost', 1);
    await scenario.until(() => scenario.status().failedChecks === 1);
    await scenario.clock.advance('8s');
    expect(scenario.status().failedChecks).toBe(1);
  });

  it('is not asked without a pause when a write conflicts', async () => {
    const scenario = await initialized();
    scenario.api.break(/PATCH .*httproutes/, 409, 1_000_000);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().canaryWeight === 25);
    scenario.api.takeRequests();
    await scenario.clock.advance('10s');
    expect(scenario.api.takeRequests().length).toBeLessThan(15);
  });
});

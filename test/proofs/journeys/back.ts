import { isResting } from '@sluice/sluice/rules/run/phases.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { longMs, noticed, one, shifting, ship, strategyNamed, usual } from './journey.ts';
import type { Journey } from './journey.ts';

/** Rarely asked while it waits: each question would be one more moment to die at. */
const patient = { analysis: { interval: '1m' } };
const failing = { analysis: { threshold: 1 }, replies: { '/load': 500 } };
const rolledBack = ['A/B', 'blue/green without a split', 'mirrored blue/green', 'session affinity'];

/** Every way in which a run does not get where it was meant to get, aborts aside. */
export const back: readonly Journey[] = [
  { name: 'rollback at the threshold', world: usual(one, failing), go: ship },
  ...rolledBack.map((name) => ({
    name: `rollback of ${name}`,
    world: usual(strategyNamed(name), failing),
    go: ship,
  })),
  { name: 'rollback asked for', world: usual(one, { replies: { '/switch': 200 } }), go: ship },
  {
    name: 'rollback of a canary that does not start',
    world: usual(one, patient),
    go(scenario) {
      scenario.kubelet.setHealthy('podinfo:2', false);
      ship(scenario);
    },
  },
  {
    name: 'a promotion whose primary does not start',
    world: usual(one, patient),
    go(scenario) {
      scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
      ship(scenario);
    },
  },
  {
    name: 'a rollback that waits for the primary',
    world: usual(one, { analysis: { threshold: 1 } }),
    async go(scenario) {
      await fallOfPrimary(scenario);
      await scenario.clock.advance(noticed);
    },
    until: () => true,
  },
  {
    name: 'a rollback whose primary comes back',
    world: usual(one, { analysis: { threshold: 1 } }),
    async go(scenario) {
      await fallOfPrimary(scenario);
      await scenario.clock.advance(noticed);
      scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo-primary');
    },
  },
  {
    name: 'a target put back',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await shifting(scenario);
      scenario.ship('podinfo:1');
      await scenario.until(
        () => scenario.status().phase === 'Finalising' || isResting(scenario.status().phase),
        longMs,
      );
    },
  },
];

async function fallOfPrimary(scenario: Scenario): Promise<void> {
  ship(scenario);
  await shifting(scenario);
  scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
  scenario.receiver.reply('/load', 500);
}

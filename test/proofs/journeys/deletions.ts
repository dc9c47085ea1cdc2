import { canaries } from '@sluice/sluice/api/resources.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { accompanied } from './companions.ts';
import { one, shifting, ship, strategyNamed, usual } from './journey.ts';
import type { Journey } from './journey.ts';

const ref = { namespace: 'test', name: 'podinfo' };
const remove = (scenario: Scenario): void => scenario.store.delete(canaries, ref);
const isGone = (scenario: Scenario): boolean => scenario.store.get(canaries, ref) === undefined;
const revertOnDeletion = true;

async function removeInRun(scenario: Scenario): Promise<void> {
  ship(scenario);
  await shifting(scenario);
  remove(scenario);
}

/** What stands when the Canary is gone. */
export const deletions: readonly Journey[] = [
  {
    name: 'a deletion that reverts',
    world: usual(one, { spec: { revertOnDeletion } }),
    go: remove,
    until: isGone,
  },
  {
    name: 'a deletion in a run',
    world: usual(one, { spec: { revertOnDeletion } }),
    go: removeInRun,
    until: isGone,
  },
  {
    name: 'a deletion in a run without a split',
    world: usual(strategyNamed('blue/green without a split'), { spec: { revertOnDeletion } }),
    go: removeInRun,
    until: isGone,
  },
  {
    name: 'a deletion with configuration and an autoscaler',
    world: usual(one, { ...accompanied, spec: { ...accompanied.spec, revertOnDeletion } }),
    go: removeInRun,
    until: isGone,
  },
  {
    name: 'a deletion whose target does not start',
    world: usual(one, { ...accompanied, spec: { ...accompanied.spec, revertOnDeletion } }),
    go(scenario) {
      scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo');
      remove(scenario);
    },
    until: isGone,
  },
];

import type { Phase } from '@sluice/sluice/api/canary-status.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { longMs, one, shifting, ship, strategyNamed, usual } from './journey.ts';
import type { Difference, Journey } from './journey.ts';

/** Aborts from each phase that lasts. */
export const aborts: readonly Journey[] = [
  {
    name: 'abort',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await shifting(scenario);
      askForAbort(scenario);
    },
  },
  inPhase('Waiting', { replies: { '/confirm-rollout': 403 } }),
  inPhase('WaitingPromotion', { replies: { '/promotion': 403 } }),
  {
    name: 'abort of a promotion whose primary is not ready',
    world: usual(one),
    async go(scenario) {
      scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
      ship(scenario);
      await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2', longMs);
      askForAbort(scenario);
    },
  },
  {
    name: 'abort that comes too late',
    world: usual(strategyNamed('traffic back in steps')),
    async go(scenario) {
      ship(scenario);
      await scenario.until(() => scenario.weight() === 20, longMs);
      askForAbort(scenario);
    },
  },
  {
    name: 'abort of nothing',
    world: usual(one),
    go: askForAbort,
    until: (scenario) => scenario.status().abort !== undefined,
  },
];

function inPhase(phase: Phase, own: Difference): Journey {
  return {
    name: `abort in ${phase}`,
    world: usual(one, own),
    async go(scenario) {
      ship(scenario);
      await scenario.reaches(phase, longMs);
      askForAbort(scenario);
    },
    until: (scenario) => scenario.status().abort !== undefined && scenario.status().phase !== phase,
  };
}

function askForAbort(scenario: Scenario): void {
  const found = scenario.store.get(canaries, { namespace: 'test', name: 'podinfo' });
  if (found === undefined) throw new Error('no canary');
  const annotations = { ...found.metadata.annotations, 'sluice.dev/abort': 'enough' };
  scenario.store.update(canaries, { ...found, metadata: { ...found.metadata, annotations } });
}

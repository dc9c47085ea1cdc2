import type { Scenario } from '../../support/scenario/scenario.ts';
import { annotateDecision } from '../../support/scenario/decide.ts';
import { longMs, one, shifting, ship, usual } from './journey.ts';
import type { Journey } from './journey.ts';

/** What people decide, at each moment that lasts. */
export const decisions: readonly Journey[] = [
  {
    name: 'undo of a release that succeeded',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await scenario.reaches('Succeeded', longMs);
      annotateDecision(scenario, { verb: 'undo', reason: 'memory leak' });
    },
    until: (scenario) => scenario.status().phase === 'Failed',
  },
  {
    name: 'undo while a newer revision waits for its first gate',
    world: usual(one, { replies: { '/confirm-rollout': 200 } }),
    async go(scenario) {
      ship(scenario);
      await scenario.reaches('Succeeded', longMs);
      scenario.receiver.reply('/confirm-rollout', 403);
      scenario.ship('podinfo:3');
      await scenario.reaches('Waiting', longMs);
      annotateDecision(scenario, { verb: 'undo', reason: 'memory leak' });
    },
    until: (scenario) =>
      scenario.image('podinfo-primary') === 'podinfo:1' && scenario.status().phase === 'Waiting',
  },
  {
    name: 'retry of a run that failed',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await shifting(scenario);
      annotateDecision(scenario, { verb: 'abort', reason: 'wrong day' });
      await scenario.reaches('Failed', longMs);
      annotateDecision(scenario, { verb: 'retry' });
    },
    until: (scenario) => scenario.status().phase === 'Succeeded',
  },
  {
    name: 'promotion by a person',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await shifting(scenario);
      annotateDecision(scenario, { verb: 'promote', reason: 'INC-1' });
    },
  },
  {
    name: 'pause and resume',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await shifting(scenario);
      await paused(scenario);
      annotateDecision(scenario, { verb: 'resume' });
    },
  },
];

async function paused(scenario: Scenario): Promise<void> {
  annotateDecision(scenario, { verb: 'pause' });
  await scenario.until(() => scenario.status().paused !== undefined, longMs);
}

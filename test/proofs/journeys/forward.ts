import { isResting } from '@sluice/sluice/rules/run/phases.ts';
import { strategies } from '../worlds.ts';
import { one, shifting, ship, usual } from './journey.ts';
import type { Journey } from './journey.ts';

/** Each strategy to its end, and what comes between. */
export const forward: readonly Journey[] = [
  ...strategies.map((strategy) => ({ name: strategy.name, world: usual(strategy), go: ship })),
  {
    name: 'a new canary',
    // One that is suspended before it ever ran is left alone: the journey begins when it no longer is.
    world: usual(one, { spec: { suspend: true } }),
    fromNothing: true,
    go: (scenario) => scenario.edit(() => ({ suspend: false })),
  },
  {
    name: 'a run that is suspended for a while',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await shifting(scenario);
      scenario.edit(() => ({ suspend: true }));
      await scenario.clock.advance('30s');
      scenario.edit(() => ({ suspend: false }));
    },
  },
  {
    name: 'a newer revision',
    world: usual(one),
    async go(scenario) {
      ship(scenario);
      await shifting(scenario);
      scenario.ship('podinfo:3');
    },
    until: (scenario) =>
      scenario.image('podinfo-primary') === 'podinfo:3' && isResting(scenario.status().phase),
  },
];

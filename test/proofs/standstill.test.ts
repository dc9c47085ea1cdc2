import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isResting } from '@sluice/sluice/rules/run/phases.ts';
import { livingCanary } from './deeds/life.ts';
import { story } from './deeds/stories.ts';
import { longest } from './proof-runs.ts';
import { prove } from './prove.ts';
import { live, tell } from './story-under-watch.ts';
import { world } from './worlds.ts';

describe('a world that stops changing', () => {
  it(
    'leaves a canary that rests, or says what it waits for',
    async ({ annotate }) => {
      await prove(
        'standstill',
        { long: 3_000, short: 300 },
        annotate,
        fc.asyncProperty(world, story, async (given, deeds) => {
          const { scenario, watch } = await live(given);
          await tell({ scenario, watch }, given, deeds);
          scenario.api.heal();
          await scenario.clock.advance('10m');
          watch.look();
          if (livingCanary(scenario) !== undefined) {
            const { phase, waiting } = scenario.status();
            if (isResting(phase)) {
              await scenario.clock.advance('10m');
              scenario.api.takeRequests();
              await scenario.clock.advance('5m');
              expect(scenario.api.takeRequests().filter((name) => !name.endsWith('/status'))).toEqual([]);
            } else
              expect([phase, waiting]).toEqual([phase, expect.objectContaining({ for: expect.any(String) })]);
          }
          expect(watch.violations).toEqual([]);
          await scenario.end();
        }),
      );
    },
    longest,
  );
});

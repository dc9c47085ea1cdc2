import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isResting } from '@sluice/sluice/rules/run/phases.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { cure } from './deeds/cure.ts';
import { ship } from './deeds/life.ts';
import { story } from './deeds/stories.ts';
import { longest } from './proof-runs.ts';
import { prove } from './prove.ts';
import { expectTold, live, tell } from './story-under-watch.ts';
import { world } from './worlds.ts';

const rests = (scenario: Scenario) => (): boolean => isResting(scenario.status().phase);

/** A canary that rests asks nobody for anything. */
async function expectSilence(scenario: Scenario): Promise<void> {
  // What is still to be told, and backed off: a receiver that was down is asked again each five minutes.
  await scenario.clock.advance('12m');
  scenario.api.takeRequests();
  scenario.api.takeLists();
  const { length } = scenario.receiver.received;
  const passes = scenario.passes();
  await scenario.clock.advance('10m');
  expect(scenario.api.takeRequests()).toEqual([]);
  expect(scenario.api.takeLists()).toEqual([]);
  expect(scenario.passes() - passes).toBe(0);
  expect(scenario.receiver.received.length).toBe(length);
}

describe('whatever the answers, faults, crashes and meddling', () => {
  it(
    'no write is ever unsafe, and once all is well a new revision gets through and all is silent',
    async ({ annotate }) => {
      await prove(
        'properties',
        { long: 4_000, short: 300 },
        annotate,
        fc.asyncProperty(world, story, async (given, deeds) => {
          const { scenario, watch } = await live(given);
          await tell({ scenario, watch }, given, deeds);
          await cure(scenario, given);
          const passes = scenario.passes();
          await scenario.until(rests(scenario), 1_800_000);
          await tell({ scenario, watch }, given, [ship('podinfo:cure')]);
          await scenario.until(() => scenario.history.phases.at(-1) === 'Succeeded', 1_800_000);
          expect(scenario.image('podinfo-primary')).toBe('podinfo:cure');
          expect(scenario.replicas('podinfo')).toBe(0);
          await expectSilence(scenario);
          expect(scenario.passes() - passes).toBeLessThan(600);
          expect(watch.violations).toEqual([]);
          expectTold(scenario, watch);
          await scenario.end();
        }),
      );
    },
    longest,
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isResting } from '../../src/rules/phases.ts';
import { createScenario } from '../support/scenario.ts';
import type { Scenario } from '../support/scenario.ts';
import { cure, ship, story } from './deeds.ts';
import type { Deed } from './deeds.ts';
import { proofRuns } from './proof-runs.ts';
import { createWatch } from './watch.ts';
import type { Watch } from './watch.ts';
import { world } from './worlds.ts';
import type { World } from './worlds.ts';

/** The longest that there is: a soak of a million runs takes days. */
const timeout = 2 ** 31 - 1;

async function live(given: World): Promise<{ readonly scenario: Scenario; readonly watch: Watch }> {
  const watch = createWatch(given);
  const scenario = await createScenario({ ...given, observe: watch.observe });
  watch.attach(scenario);
  await scenario.reaches('Initialized');
  return { scenario, watch };
}

async function tell(scenario: Scenario, watch: Watch, deeds: readonly Deed[]): Promise<void> {
  for (const deed of deeds) {
    await deed.act(scenario);
    await scenario.clock.advance('2s');
    expect(watch.violations).toEqual([]);
  }
}

const rests = (scenario: Scenario) => (): boolean => isResting(scenario.status().phase);

/** A canary that rests asks nobody for anything. */
async function expectSilence(scenario: Scenario): Promise<void> {
  // What is still to be told, and backed off: a receiver that was down is asked again each five minutes.
  await scenario.clock.advance('12m');
  scenario.api.takeRequests();
  const { length } = scenario.receiver.received;
  const passes = scenario.passes();
  await scenario.clock.advance('10m');
  expect(scenario.api.takeRequests()).toEqual([]);
  expect(scenario.passes() - passes).toBe(0);
  expect(scenario.receiver.received.length).toBe(length);
}

/** Each end of a run was told at least once, in order, under one id. */
function expectTold(scenario: Scenario, watch: Watch): void {
  const ids = new Map<string, Set<unknown>>();
  for (const { payload } of scenario.receiver.calls('/post')) {
    const end = `${String(payload['runId'])} ${String(payload['phase'])}`;
    ids.set(end, (ids.get(end) ?? new Set()).add(payload['deliveryId']));
  }
  expect([...ids.keys()]).toEqual(watch.ends.map(({ runId, phase }) => `${runId} ${phase}`));
  for (const [end, own] of ids) expect([end, own.size]).toEqual([end, 1]);
}

describe('whatever the answers, faults, crashes and meddling', () => {
  it(
    'no write is ever unsafe, and once all is well a new revision gets through and all is silent',
    async () => {
      await fc.assert(
        fc.asyncProperty(world, story, async (given, deeds) => {
          const { scenario, watch } = await live(given);
          await tell(scenario, watch, deeds);
          await cure(scenario);
          const passes = scenario.passes();
          await scenario.until(rests(scenario), 1_800_000);
          await tell(scenario, watch, [ship('podinfo:cure')]);
          await scenario.until(() => scenario.history.phases.at(-1) === 'Succeeded', 1_800_000);
          expect(scenario.image('podinfo-primary')).toBe('podinfo:cure');
          expect(scenario.replicas('podinfo')).toBe(0);
          await expectSilence(scenario);
          expect(scenario.passes() - passes).toBeLessThan(600);
          expect(watch.violations).toEqual([]);
          expectTold(scenario, watch);
          await scenario.end();
        }),
        proofRuns('properties', 200),
      );
    },
    timeout,
  );

  it(
    'a world that stops changing leaves a canary that rests, or says what it waits for',
    async () => {
      await fc.assert(
        fc.asyncProperty(world, story, async (given, deeds) => {
          const { scenario, watch } = await live(given);
          await tell(scenario, watch, deeds);
          scenario.api.heal();
          await scenario.clock.advance('10m');
          const { phase, waiting } = scenario.status();
          if (isResting(phase)) {
            await scenario.clock.advance('10m');
            scenario.api.takeRequests();
            await scenario.clock.advance('5m');
            expect(scenario.api.takeRequests().filter((name) => !name.endsWith('/status'))).toEqual([]);
          } else
            expect([phase, waiting]).toEqual([phase, expect.objectContaining({ for: expect.any(String) })]);
          expect(watch.violations).toEqual([]);
          await scenario.end();
        }),
        proofRuns('standstill', 100),
      );
    },
    timeout,
  );
});

import { expect } from 'vitest';
import { isResting } from '@sluice/sluice/rules/run/phases.ts';
import { cure } from '../../proofs/deeds/cure.ts';
import type { World } from '../../proofs/world.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';

const patienceMs = 1_800_000;

/** All is well again, and somebody ships: the canary must get there from wherever it is. */
export async function expectCured(scenario: Scenario, world: World): Promise<void> {
  await cure(scenario, world);
  await scenario.until(() => isResting(scenario.status().phase), patienceMs);
  scenario.ship('podinfo:cure');
  await scenario.until(() => scenario.history.phases.at(-1) === 'Succeeded', patienceMs);
  expect(scenario.image('podinfo-primary')).toBe('podinfo:cure');
  expect(scenario.weight()).toBe(0);
  expect(scenario.replicas('podinfo')).toBe(0);
}

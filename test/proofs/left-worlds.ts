import { leaveAsFlagger } from '../support/scenario/leave-as-flagger.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { shipTo, ways } from './standing.ts';
import type { Way } from './standing.ts';
import type { Left, World } from './world.ts';

/** Pods of the primary that Flagger made are there when Sluice comes. */
const betweenMs = 10_000;

/** Brings an initialized canary where Flagger is to have left it, and puts Sluice in the place of Flagger. */
export async function takeOver(scenario: Scenario, world: World, left: Left): Promise<void> {
  const way: Way = ways[left.at];
  if (left.at !== 'initialized') await shipTo(scenario, left.at);
  scenario.kill();
  leaveAsFlagger(scenario);
  if (left.released) way.release?.(scenario);
  await scenario.clock.advance(betweenMs);
  await scenario.replace();
  if (left.awaited) await scenario.until(() => isAdopted(scenario));
  for (const edit of left.edits) {
    await edit.act(scenario, world);
    await scenario.clock.advance('2s');
  }
}

function isAdopted(scenario: Scenario): boolean {
  const { run, adopted } = scenario.status();
  return run !== undefined || adopted !== undefined;
}

import { expect } from 'vitest';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import type { Deed } from './world.ts';
import { livingCanary } from './deeds/life.ts';
import { takeOver } from './left-worlds.ts';
import { createWatch } from './watch.ts';
import type { Watch } from './watch.ts';
import type { World } from './world.ts';

/** A canary of that world under watch: initialized and at rest, or taken over where Flagger left it. */
export async function live(world: World): Promise<{ readonly scenario: Scenario; readonly watch: Watch }> {
  const watch = createWatch();
  const scenario = await createScenario({ ...world, observe: watch.observe });
  watch.attach(scenario);
  await scenario.reaches('Initialized');
  if (world.left !== undefined) await takeOver(scenario, world, world.left);
  return { scenario, watch };
}

/** Deeds two seconds apart; nothing that must never be is seen on the way. */
export async function tell(
  { scenario, watch }: { readonly scenario: Scenario; readonly watch: Watch },
  world: World,
  deeds: readonly Deed[],
): Promise<void> {
  for (const deed of deeds) {
    await deed.act(scenario, world);
    await scenario.clock.advance('2s');
    watch.look();
    expect(watch.violations).toEqual([]);
  }
}

/** Each end of a run was told at least once, in order, under one id; one whose Canary went may have been given up. */
export function expectTold(scenario: Scenario, watch: Watch): void {
  const ids = new Map<string, Set<unknown>>();
  for (const { payload } of scenario.receiver.calls('/post')) {
    if (payload['phase'] === 'Terminating') continue;
    const end = `${String(payload['runId'])} ${String(payload['phase'])}`;
    ids.set(end, (ids.get(end) ?? new Set()).add(payload['deliveryId']));
  }
  const uid = livingCanary(scenario)?.metadata.uid;
  const owed = watch.ends.filter((end) => end.uid === uid || ids.has(`${end.runId} ${end.phase}`));
  expect([...ids.keys()]).toEqual(owed.map(({ runId, phase }) => `${runId} ${phase}`));
  for (const [end, own] of ids) expect([end, own.size]).toEqual([end, 1]);
}

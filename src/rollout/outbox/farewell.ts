import type { HookCall } from '../../ports/hooks.ts';
import { isInitializing, isResting } from '../../rules/phases.ts';
import type { CanaryMemory } from '../memory.ts';
import { postRolloutEntries } from './announcements.ts';
import { callsOf } from './deliver.ts';

/**
 * What `post-rollout` hooks are still owed of a canary that is gone, its status with it: ends of runs not yet told, and
 * that of a run which was on. Empty the second time, and after a restart, when nobody remembers.
 */
export function farewellCalls(memory: CanaryMemory): readonly HookCall[] {
  const { last } = memory;
  memory.last = undefined;
  // With a finalizer of ours there was time to tell all of it.
  if (last === undefined || last.status.phase === 'Terminating') return [];
  const { world, status } = last;
  const owed = (status.outbox ?? []).filter((entry) => entry.kind === 'post-rollout');
  const isRunning = status.run !== undefined && !isResting(status.phase) && !isInitializing(status.phase);
  const cut = { ...status, phase: 'Terminating' } as const;
  const outbox = [...owed, ...(isRunning ? postRolloutEntries(world, cut) : [])];
  const released = new Set(outbox.map((entry) => entry.id));
  return callsOf(world, { ...status, outbox }, { released, eventWebhook: '' });
}

import type { CanaryStatus, OutboxEntry } from '../../api/canary-status.ts';
import type { HookCall } from '../../ports/hooks.ts';
import { isInitializing, isResting } from '../../rules/run/phases.ts';
import type { CanaryMemory } from '../memory.ts';
import type { Seen } from '../seen.ts';
import { callsOf } from './deliver.ts';
import { postRolloutEntries } from './fill-outbox.ts';

/** Kept only while hooks would have to be called about it, so that a fleet at rest keeps nothing. */
export function keepForFarewell(memory: CanaryMemory, seen: Seen, status: CanaryStatus): void {
  memory.last =
    isOn(status) || owedOf(status).length > 0
      ? { seen, status }
      : // guard: farewell-tells-only-of-a-run-that-was-on
        undefined;
}

/**
 * The calls that `post-rollout` hooks still have to get for a deleted canary: undelivered ends of runs, and the end of the
 * current run. Empty the second time, and after a restart.
 */
export function farewellCalls(memory: CanaryMemory): readonly HookCall[] {
  const { last } = memory;
  memory.last = undefined;
  // With a finalizer of ours there was time to tell all of it.
  if (last === undefined || last.status.phase === 'Terminating') return [];
  const { seen, status } = last;
  const cut = { ...status, phase: 'Terminating' } as const;
  const outbox = [
    ...owedOf(status),
    ...(isOn(status)
      ? postRolloutEntries(seen, cut)
      : // guard: farewell-tells-only-of-a-run-that-was-on
        []),
  ];
  const released = new Set(outbox.map((entry) => entry.id));
  return callsOf(seen, { ...status, outbox }, { released, eventWebhook: '' });
}

const isOn = ({ run, phase }: CanaryStatus): boolean =>
  run !== undefined && !isResting(phase) && !isInitializing(phase);

const owedOf = ({ outbox = [] }: CanaryStatus): readonly OutboxEntry[] =>
  outbox.filter((entry) => entry.kind === 'post-rollout');

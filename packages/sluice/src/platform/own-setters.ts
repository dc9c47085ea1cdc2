import type { Outcome } from '../api/canary-status.ts';
import type { CanaryState } from '../rules/run/canary-state.ts';
import type { createOwnSeries } from './own-series.ts';
import { createSeriesRemovals } from './series-removals.ts';

/** A Canary by its own name. */
export interface CanaryRef {
  readonly namespace: string;
  readonly canary: string;
}

export interface HookCalled {
  readonly type: string;
  readonly outcome: Outcome;
  /** From the first attempt to the answer. */
  readonly seconds: number;
}

/** Setters of the series that begin with `sluice_`. */
export interface OwnSetters {
  /** Replaces what was said of this canary before. */
  canaryState(canary: CanaryRef, state: CanaryState): void;
  deadLetters(canary: CanaryRef, count: number): void;
  hookCalled(canary: CanaryRef, call: HookCalled): void;
  /** Removes the series of a deleted canary. */
  removeOwn(canary: CanaryRef): void;
  /** Removes the series of a namespace that has no canaries any more. */
  removeNamespace(namespace: string): void;
}

export function createOwnSetters(series: ReturnType<typeof createOwnSeries>): OwnSetters {
  const removals = createSeriesRemovals();
  const ownerOf = ({ namespace, canary }: CanaryRef): string => `${namespace}/${canary}`;
  return {
    canaryState(canary, state) {
      const owner = ownerOf(canary);
      removals.run(`state ${owner}`);
      const note = (what: string, remove: () => void): void => removals.note(`state ${owner}`, what, remove);
      setState(series, { namespace: canary.namespace, canary: canary.canary }, state, note);
      // A counter that begins with its first event hides that event from `increase`.
      series.deadLetters.inc(canary, 0);
      removals.note(owner, 'dead letters', () => series.deadLetters.remove(canary));
    },
    deadLetters: (canary, count) => series.deadLetters.inc(canary, count),
    hookCalled(canary, { type, outcome, seconds }) {
      const labels = { ...canary, type, outcome };
      series.hookCalls.inc(labels);
      removals.note(ownerOf(canary), `calls ${type} ${outcome}`, () => series.hookCalls.remove(labels));
      if (outcome === 'cancelled') return;
      const { namespace } = canary;
      series.hookDuration.observe({ namespace, type }, seconds);
      removals.note(namespace, type, () => series.hookDuration.remove({ namespace, type }));
    },
    removeOwn(canary) {
      removals.run(`state ${ownerOf(canary)}`);
      removals.run(ownerOf(canary));
    },
    removeNamespace: (namespace) => removals.run(namespace),
  };
}

function setState(
  series: ReturnType<typeof createOwnSeries>,
  labels: { readonly namespace: string; readonly canary: string },
  { waiting, conditions, oldestInOutbox }: CanaryState,
  note: (what: string, remove: () => void) => void,
): void {
  if (waiting !== undefined) {
    const { since, reason } = waiting;
    const waits = { ...labels, for: waiting.for, reason };
    series.waiting.set(waits, since);
    note('waiting', () => series.waiting.remove(waits));
  }
  for (const type of conditions) {
    series.condition.set({ ...labels, type }, 1);
    note(`condition ${type}`, () => series.condition.remove({ ...labels, type }));
  }
  if (oldestInOutbox === undefined) return;
  series.outbox.set(labels, oldestInOutbox);
  note('outbox', () => series.outbox.remove(labels));
}

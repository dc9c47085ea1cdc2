import type { CanaryStatus } from '../api/canary-status.ts';
import type { SeenTarget } from '../rules/revision.ts';
import type { World } from './context.ts';

/**
 * What the process remembers of a canary between passes. All of it may be lost: after a restart a step's
 * hold begins anew and open questions are asked again with the same ids.
 */
export interface CanaryMemory {
  /** The step whose routes match, and since when; undefined while they do not. */
  hold: Hold | undefined;
  /** Why the routes do not match, for people. */
  routesProblem: string | undefined;
  /** The last round of checks at that step. */
  analysis: { readonly step: string; readonly passed: boolean; readonly nextRoundAt: number } | undefined;
  /** Since when a change of no consequence (an acknowledgement, a word of waiting) waits to be written along. */
  quietSince: number | undefined;
  /** Why the last pass stopped, and since when; written to status once it has lasted. */
  waiting: { readonly text: string; readonly since: string } | undefined;
  /** The last warning of each reason that went out, so that the same one is said once. */
  readonly warned: Map<string, string>;
  /** Announcements in the outbox that may be told: what was let out is not called back. */
  readonly released: Set<string>;
  /** The status as we read it first or wrote it last; undefined when we cannot know. */
  known: { readonly resourceVersion: string | undefined; readonly status: unknown } | undefined;
  /** Statuses that we tried to write since: one of them may stand there although its answer was lost. */
  attempted: readonly unknown[];
  /**
   * The version of the Canary that our last write of its status made of the very one it was decided on; undefined when it
   * was not done so. Settled when the write is answered: the watch may tell of it before.
   */
  written: Promise<string | undefined>;
  /** The target as last read. */
  target: SeenTarget | undefined;
  /** The world and the status as they were recorded last, while something of them is owed to hooks once the canary is gone. */
  last: { readonly world: World; readonly status: CanaryStatus } | undefined;
  /** Since when (milliseconds) what the canary needs cannot be read; undefined while it can. */
  unreadSince: number | undefined;
  /** Writes of the status that were not ours. */
  foreignWrites: number;
  /** Another controller works on this canary: we do not. */
  yielded: boolean;
}

export interface Hold {
  readonly step: string;
  /** Milliseconds. */
  readonly since: number;
  /** The guard gives the canary all traffic, because the primary is down: good for checks, not for an end. */
  readonly alone: boolean;
}

export const createMemory = (): CanaryMemory => ({
  hold: undefined,
  routesProblem: undefined,
  analysis: undefined,
  quietSince: undefined,
  waiting: undefined,
  warned: new Map(),
  released: new Set(),
  known: undefined,
  attempted: [],
  written: Promise.resolve(undefined),
  target: undefined,
  last: undefined,
  unreadSince: undefined,
  foreignWrites: 0,
  yielded: false,
});

/** Timers of a step begin anew, as after a restart: whether its decision was recorded is not known. */
export function forgetTimers(memory: CanaryMemory): void {
  memory.hold = undefined;
  memory.analysis = undefined;
}

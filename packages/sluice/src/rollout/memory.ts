import type { GatewayWord } from '../ports/router.ts';
import type { CanaryStatus } from '../api/canary-status.ts';
import type { SeenTarget } from '../rules/run/revision.ts';
import { noMeter } from './meter.ts';
import type { Meter } from './meter.ts';
import { createStatusBook } from './record/book.ts';
import type { StatusBook } from './record/book.ts';
import type { Seen } from './seen.ts';
import type { SetAside } from './set-aside.ts';

/**
 * State of a canary that is kept in memory between passes. All of it may be lost: after a restart the current step is held
 * for its interval again, and open questions are asked again with the same ids.
 */
export interface CanaryMemory {
  readonly book: StatusBook;
  /** The step whose routes match, and since when; undefined while they do not. */
  hold: Hold | undefined;
  /** The last round of checks at that step. */
  analysis: JudgedRound | undefined;
  /** The last refusal of the gateway, and since when (milliseconds). */
  gateway: { readonly state: GatewayWord['state']; readonly since: number } | undefined;
  /** Since when a minor change (an acknowledgement, another wait) waits to be written. */
  quietSince: number | undefined;
  /** Why the last pass stopped, and since when; written to status once it has lasted. */
  waiting: { readonly text: string; readonly since: string } | undefined;
  /** The last warning of each reason that went out, so that the same one is said once. */
  readonly warned: Map<string, string>;
  /** Announcements of the outbox that were released for delivery. */
  readonly released: Set<string>;
  /** The target as last read. */
  target: SeenTarget | undefined;
  /** The last recorded state, kept while hooks still have to be called after the canary is gone. */
  last: { readonly seen: Seen; readonly status: CanaryStatus } | undefined;
  /** Since when (milliseconds) something that the canary must read cannot be read; undefined while it can. */
  unreadSince: number | undefined;
  /** Time that its passes take of the process. */
  readonly meter: Meter;
  /** Its last pass took too long of the process; `isReported` once the status says so. */
  aside: (SetAside & { readonly isReported: boolean }) | undefined;
}

/** A round of checks that is over. */
export interface JudgedRound {
  readonly step: string;
  /** The checks that were asked; a round of other checks says nothing about these. */
  readonly checks: string;
  readonly passed: boolean;
  /** Milliseconds. */
  readonly nextRoundAt: number;
}

export interface Hold {
  readonly step: string;
  /** Milliseconds. */
  readonly since: number;
  /** The guard sends all traffic to the canary because the primary is down: checks may run, but the run cannot end. */
  readonly alone: boolean;
}

export const createMemory = (meter: Meter = noMeter): CanaryMemory => ({
  book: createStatusBook(),
  hold: undefined,
  analysis: undefined,
  gateway: undefined,
  quietSince: undefined,
  waiting: undefined,
  warned: new Map(),
  released: new Set(),
  target: undefined,
  last: undefined,
  unreadSince: undefined,
  meter,
  aside: undefined,
});

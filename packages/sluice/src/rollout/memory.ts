import type { GatewayWord } from '../ports/router.ts';
import type { CanaryStatus } from '../api/canary-status.ts';
import type { SeenTarget } from '../rules/run/revision.ts';
import { createStatusBook } from './record/book.ts';
import type { StatusBook } from './record/book.ts';
import type { Seen } from './seen.ts';

/**
 * What the process remembers of a canary between passes. All of it may be lost: after a restart a step's
 * hold begins anew and open questions are asked again with the same ids.
 */
export interface CanaryMemory {
  readonly book: StatusBook;
  /** The step whose routes match, and since when; undefined while they do not. */
  hold: Hold | undefined;
  /** The last round of checks at that step. */
  analysis: { readonly step: string; readonly passed: boolean; readonly nextRoundAt: number } | undefined;
  /** What the gateway last said of routes that it does not follow, and since when (milliseconds). */
  gateway: { readonly state: GatewayWord['state']; readonly since: number } | undefined;
  /** Since when a change of no consequence (an acknowledgement, another wait) waits to be written along. */
  quietSince: number | undefined;
  /** Why the last pass stopped, and since when; written to status once it has lasted. */
  waiting: { readonly text: string; readonly since: string } | undefined;
  /** The last warning of each reason that went out, so that the same one is said once. */
  readonly warned: Map<string, string>;
  /** Announcements in the outbox that may be told: what was let out is not called back. */
  readonly released: Set<string>;
  /** The target as last read. */
  target: SeenTarget | undefined;
  /** What was seen and recorded last, while something of it is owed to hooks once the canary is gone. */
  last: { readonly seen: Seen; readonly status: CanaryStatus } | undefined;
  /** Since when (milliseconds) what the canary needs cannot be read; undefined while it can. */
  unreadSince: number | undefined;
}

export interface Hold {
  readonly step: string;
  /** Milliseconds. */
  readonly since: number;
  /** The guard gives the canary all traffic, because the primary is down: good for checks, not for an end. */
  readonly alone: boolean;
}

export const createMemory = (): CanaryMemory => ({
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
});

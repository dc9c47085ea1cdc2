import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { sameJson } from '@sluice/lib/json/merge.ts';

/** A canary whose last pass held the process for too long. Kept in memory: after a restart it gets one more pass. */
export interface SetAside {
  /** When the pass ended, and when the next one is due (milliseconds). */
  readonly since: number;
  readonly until: number;
  /** Milliseconds of the process that the pass took. */
  readonly heldMs: number;
  readonly seen: Origin;
}

/** What only people and their tools change of a Canary. */
interface Origin {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly annotations: AnyKubeObject['metadata']['annotations'];
}

/** Milliseconds of one pass above which no other canary should have to wait for it. */
const longestHoldMs = 1_000;
const setAsideMs = 600_000;
/** A canary that is changed all the time gets a tenth of the process at the most. */
const pauseFactor = 10;

/**
 * Undefined: the pass was short enough, or the canary is being deleted, which is always carried on. `again`: the pass decided
 * something, such as a rollback, that the next one carries out; it comes after a pause, not after ten minutes.
 */
export function judgeHold(
  canary: AnyKubeObject,
  heldMs: number,
  now: number,
  again: boolean,
): SetAside | undefined {
  if (canary.metadata.deletionTimestamp !== undefined) return undefined;
  if (heldMs < longestHoldMs) return undefined;
  const pauseMs = again
    ? /* guard: what-is-decided-is-carried-out-while-set-aside */ pauseAfter(heldMs)
    : setAsideMs;
  return { since: now, until: now + pauseMs, heldMs, seen: originOf(canary) };
}

/** When the next pass is due (milliseconds), which may be past: a change of the object is taken up sooner, a deletion at once. */
export function dueAt(aside: SetAside, canary: AnyKubeObject): number {
  // guard: a-deletion-is-never-set-aside
  if (canary.metadata.deletionTimestamp !== undefined) return aside.since;
  // guard: a-change-ends-setting-aside
  if (!sameJson(aside.seen, originOf(canary)))
    return Math.min(aside.until, aside.since + pauseAfter(aside.heldMs));
  return aside.until;
}

const pauseAfter = (heldMs: number): number => Math.min(setAsideMs, pauseFactor * heldMs);

const originOf = ({ metadata: { uid, generation, annotations } }: AnyKubeObject): Origin => ({
  uid,
  generation,
  annotations,
});

/** `its last pass took 1.4 s of this process; it is looked at again in 10 minutes, or when it changes` */
export const describeSetAside = ({ heldMs, since, until }: SetAside): string =>
  `its last pass took ${(heldMs / 1000).toFixed(1)} s of this process, in which no other Canary was looked at; ` +
  `it is looked at again in ${wordsOf(until - since)}, or when it changes: ` +
  'make its spec, its MetricTemplates or its target smaller';

const wordsOf = (ms: number): string =>
  ms < 60_000 ? `${Math.ceil(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`;

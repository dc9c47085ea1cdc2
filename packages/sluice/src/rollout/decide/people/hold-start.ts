import { toTime } from '../../../rules/run/timing.ts';
import { lookAgainAt, warnOnce } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { waitFor } from '../../wait.ts';
import type { Waits } from '../../wait.ts';
import type { Decision, Moment } from '../decision.ts';
import { nameOf } from './people-decision.ts';

/** Longest time between two looks at a freeze, in milliseconds: clocks jump, and laptops sleep. */
const freezeLookMs = 60 * 60_000;

/** A canary that asks for a place no more loses its place in the queue. */
const queueLookMs = 5 * 60_000;

/** The wait of a paused rollout; undefined when it is not paused. A pause ends at its time. `holds`: what it holds. */
export function pausedWait({ draft, seen }: Moment, holds: string): Waits | undefined {
  const { paused, ...rest } = draft.status;
  if (paused === undefined) return undefined;
  const until = Date.parse(paused.until ?? '');
  // guard: a-pause-ends-at-its-time
  if (seen.now >= until) {
    draft.status = rest;
    return undefined;
  }
  const why = paused.reason === undefined ? '' : `: ${paused.reason}`;
  const message = `paused by ${nameOf(paused)}${why}; ${holds} until it is resumed`;
  if (Number.isNaN(until)) return waitFor('person', 'Paused', message);
  lookAgainAt(draft, until);
  return waitFor('person', 'Paused', message, { until });
}

/** Why no run of `revision` starts now: the rollout is paused, or a freeze is in force that nobody has overridden. */
export function startHeld(moment: Moment, revision: string): Waits | undefined {
  const { seen, draft, deps } = moment;
  const paused = pausedWait(moment, 'no run starts');
  // guard: no-run-starts-while-paused
  if (paused !== undefined) return paused;
  const freeze = deps.starts.freezeOf(seen.key, seen.now);
  // guard: an-override-starts-the-run-it-names
  if (freeze === undefined || draft.status.start?.revision === revision) return undefined;
  const end = freeze.until === undefined ? '' : ` until ${toTime(freeze.until)}`;
  const message = `no run starts${end}: ${freeze.message}`;
  warnOnce(moment, 'Frozen', message);
  const until = Math.min(freeze.until ?? Infinity, seen.now + freezeLookMs);
  // guard: no-run-starts-in-a-freeze
  return waitFor('interval', 'Frozen', message, { until });
}

/** Holds a run that waits for its first gate. */
export const holdStart: Decision<RunPlace> = {
  name: 'hold-start',
  run: (moment) => startHeld(moment, moment.draft.status.run.revision) ?? 'next',
};

/** The wait for a place among the runs that may be on at once; undefined when the run has one. */
export function placeWait({ seen, draft, deps }: Moment): Waits | undefined {
  const { run, start } = draft.status;
  if (start !== undefined && start.revision === run?.revision) return undefined;
  const waiting = seen.canary.status?.waiting;
  const since = waiting?.reason === 'Queued' ? Date.parse(waiting.since) : seen.now;
  const queued = deps.starts.placeFor({ key: seen.key, namespace: seen.namespace, since });
  // guard: no-more-runs-than-may-be-on-at-once
  return (
    queued &&
    waitFor('api', 'Queued', `the run waits for a place: ${queued.message}`, {
      until: seen.now + queueLookMs,
    })
  );
}

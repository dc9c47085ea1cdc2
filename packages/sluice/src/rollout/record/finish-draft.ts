import type { CanaryStatus, Condition, Waiting } from '../../api/canary-status.ts';
import { removeCondition } from '../../rules/run/conditions.ts';
import {
  nextSessionCookies,
  sessionCookies,
  withSessionCookies,
} from '../../rules/traffic/session-cookies.ts';
import { toTime } from '../../rules/run/timing.ts';
import type { Seen } from '../seen.ts';
import type { Recording } from './recording.ts';
import { withPeople } from './with-people.ts';

/** The fields of every status: which spec it is about, what it waits for, and no condition that no longer holds. */
export function finishDraft(recording: Recording): void {
  const { draft, seen } = recording;
  const { generation } = seen.canary.metadata;
  draft.status = withPeople(withCookies(recording), recording);
  const { waiting: _, ...rest } = draft.status;
  const waiting = waitingOf(recording);
  draft.status = {
    ...rest,
    ...runAsSeen(recording),
    ...servingOf(recording),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(waiting === undefined ? {} : { waiting }),
    ...(rest.conditions === undefined ? {} : { conditions: withoutPast(rest.conditions, seen) }),
  };
}

/** The generation at which the run's revision was last seen: the fence of the next process. */
function runAsSeen({ draft, seen }: Recording): Partial<CanaryStatus> {
  const { run } = draft.status;
  const { uid, generation } = seen.target?.metadata ?? {};
  if (run === undefined || uid === undefined || generation === undefined) return {};
  return seen.revision === run.revision
    ? { run: { ...run, targetUid: uid, targetGeneration: generation } }
    : {};
}

/** Session cookies change with the weights, so they are written in the same patch. */
function withCookies({ draft, seen, deps }: Recording): CanaryStatus {
  const cookies = nextSessionCookies({
    analysis: seen.canary.spec.analysis,
    kept: sessionCookies(draft.status),
    from: seen.canary.status?.canaryWeight ?? 0,
    to: draft.status.canaryWeight,
    random: deps.random,
  });
  return withSessionCookies(draft.status, cookies);
}

/** Clears `TwoControllers` and `SetAside`: a pass that reaches this point found no other controller, and is looked at. */
function withoutPast(conditions: readonly Condition[], { problems }: Seen): Condition[] {
  const single = removeCondition(removeCondition(conditions, 'TwoControllers'), 'SetAside');
  return problems.length > 0 ? single : removeCondition(single, 'Invalid');
}

/** `status.serving` is written with the first status; a status of an older version gets it with its next write. */
function servingOf({ draft, seen }: Recording): Pick<CanaryStatus, 'serving'> {
  const isKnown = draft.status.serving !== undefined || draft.status.phase === '' || seen.problems.length > 0;
  return isKnown ? {} : { serving: seen.serving };
}

function waitingOf({ step: decision, wait, memory, seen }: Recording): Waiting | undefined {
  if (wait === undefined || wait.for === 'revision') {
    memory.waiting = undefined;
    return undefined;
  }
  const { until, name, message, step = decision, ...reason } = wait;
  const text = `${step}|${reason.for}|${name ?? ''}`;
  const recorded = seen.canary.status?.waiting;
  const since =
    memory.waiting?.text === text
      ? memory.waiting.since
      : recorded !== undefined && `${recorded.step}|${recorded.for}|${recorded.name ?? ''}` === text
        ? recorded.since
        : toTime(seen.now);
  memory.waiting = { text, since };
  return {
    step,
    ...reason,
    message: message.slice(0, 512),
    ...(name === undefined ? {} : { name }),
    since,
    ...(until === undefined ? {} : { until: toTime(until) }),
  };
}

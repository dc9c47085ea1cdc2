import { removeCondition, setCondition } from '../../../rules/run/conditions.ts';
import { isInitializing, isResting } from '../../../rules/run/phases.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { announce, lookAgainAt } from '../../draft.ts';
import type { RoutesFact } from '../../held.ts';
import type { Decision, Moment } from '../decision.ts';

/** Milliseconds that a gateway gets to answer: it needs a moment for every change. */
export const gatewayPatienceMs = 5_000;

export const notAccepted = 'RoutesNotAccepted';

/**
 * A gateway that does not take the routes is a condition and one Warning while no run is on; a run has its own way to wait
 * for it. One that writes no status at all is trusted, which is said once.
 */
export const reportRoutes: Decision = {
  name: 'report-routes',
  run(moment) {
    const { draft, held } = moment;
    const { refused } = held.routes;
    const conditions = draft.status.conditions ?? [];
    if (refused === undefined || refused.state === 'silent') {
      if (conditions.some(({ type }) => type === notAccepted))
        draft.status = { ...draft.status, conditions: removeCondition(conditions, notAccepted) };
      if (refused !== undefined && hasLasted(moment, refused)) saySilent(moment, refused.message);
      return 'next';
    }
    const { phase } = draft.status;
    if ((isResting(phase) || isInitializing(phase)) && hasLasted(moment, refused))
      sayRefused(moment, refused.message);
    return 'next';
  },
};

/** Whether it has been so for longer than a gateway needs to answer; until then it is looked at again. */
export function hasLasted(
  { seen, draft }: Pick<Moment, 'seen' | 'draft'>,
  { since }: NonNullable<RoutesFact['refused']>,
): boolean {
  const lastedAt = since + gatewayPatienceMs;
  if (seen.now < lastedAt) lookAgainAt(draft, lastedAt);
  return seen.now >= lastedAt;
}

function sayRefused(moment: Moment, message: string): void {
  const { draft, seen } = moment;
  const conditions = draft.status.conditions ?? [];
  if (conditions.find(({ type }) => type === notAccepted)?.message === message) return;
  const now = toTime(seen.now);
  const condition = {
    type: notAccepted,
    status: 'True',
    reason: 'GatewayRefuses',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
  draft.status = { ...draft.status, conditions: setCondition(conditions, condition) };
  announce(moment, 'Warning', notAccepted, message);
}

function saySilent(moment: Moment, message: string): void {
  const about = 'GatewaySilent';
  if (moment.memory.warned.get(about) === message) return;
  moment.draft.effects.push({ kind: 'warned', about, message });
  announce(moment, 'Normal', about, `${message}: it is trusted to follow at once`);
}

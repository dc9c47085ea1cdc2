import { removeCondition, setCondition } from '../../../rules/run/conditions.ts';
import { isInitializing, isResting } from '../../../rules/run/phases.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { announce, lookAgainAt } from '../../draft.ts';
import type { RoutesFact } from '../../held.ts';
import type { Decision, Moment } from '../decision.ts';

/** Milliseconds that a gateway gets to accept a change before it is reported. */
export const gatewayPatienceMs = 5_000;

export const notAccepted = 'RoutesNotAccepted';

/**
 * Reports a gateway that does not accept the routes at rest: a condition and one Warning. A run waits for the gateway by
 * itself. A gateway that writes no status is trusted, which is announced once.
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

/** Whether the refusal has lasted longer than a gateway needs to answer. */
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

import type { CanaryAnalysis, SessionAffinity } from '../../api/canary.ts';
import type { CanaryStatus } from '../../api/canary-status.ts';
import type { RedrawCookie, RouteCookies } from '../../ports/router.ts';
import { strategyOf } from './strategy.ts';

/** Session affinity in status: Flagger's three fields, each `name=value`, and the cookie whose holders are redrawn. */
export type SessionCookies = Partial<
  Pick<
    CanaryStatus,
    'sessionAffinityCookie' | 'previousSessionAffinityCookie' | 'primarySessionAffinityCookie'
  >
> & { readonly redraw?: RedrawCookie };

/** The session cookies of a status. */
export function sessionCookies(status: CanaryStatus): SessionCookies {
  const { sessionAffinityCookie, previousSessionAffinityCookie, primarySessionAffinityCookie, run } = status;
  return {
    ...(sessionAffinityCookie && { sessionAffinityCookie }),
    ...(previousSessionAffinityCookie && { previousSessionAffinityCookie }),
    ...(hasName(primarySessionAffinityCookie) && { primarySessionAffinityCookie }),
    ...(run?.redraw && { redraw: run.redraw }),
  };
}

/** Flagger records `=value`, without a name, for a Canary without `primaryCookieName`, and never uses it. */
const hasName = (cookie: string | undefined): cookie is string =>
  cookie !== undefined &&
  cookie !== '' &&
  // guard: a-cookie-without-a-name-is-none
  !cookie.startsWith('=');

/** The status with these session cookies and no others. */
export function withSessionCookies(status: CanaryStatus, cookies: SessionCookies): CanaryStatus {
  const {
    sessionAffinityCookie: _canary,
    previousSessionAffinityCookie: _previous,
    primarySessionAffinityCookie: _primary,
    run,
    ...rest
  } = status;
  const { redraw, ...names } = cookies;
  if (run === undefined) return { ...rest, ...names };
  const { redraw: _redraw, ...place } = run;
  return { ...rest, ...names, run: { ...place, ...(redraw === undefined ? {} : { redraw }) } };
}

export interface WeightChange {
  readonly analysis: CanaryAnalysis;
  readonly kept: SessionCookies;
  /** Canary weight in percent, from the status: not the weight that a guard allowed for a while. */
  readonly from: number;
  readonly to: number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/**
 * The cookies after the canary weight went from `from` to `to`. The canary's cookie stays while its weight grows,
 * so that callers of the new revision do not get the old one again. The primary's cookie is new at each step, and
 * holders of the previous one are drawn again: they would otherwise never reach the canary. A falling weight ends
 * the run (rolled back, or promoted and both sides run the same), and the canary's cookie is removed from then on.
 */
export function nextSessionCookies(change: WeightChange): SessionCookies {
  const { analysis, kept, from, to } = change;
  const affinity = analysis.sessionAffinity;
  // In A/B the match decides where a request goes.
  if (affinity === undefined || strategyOf(analysis) === 'ab-testing') return {};
  if (to === from && to > 0) return kept;
  return to > from ? raised(change, affinity) : ended(kept);
}

/** For `RoutePlan.cookies`; undefined when there are none. */
export function routeCookies(kept: SessionCookies): RouteCookies | undefined {
  const canary = kept.sessionAffinityCookie;
  const primary = kept.primarySessionAffinityCookie;
  const previous = kept.previousSessionAffinityCookie;
  if (canary === undefined) return previous === undefined ? undefined : { previous };
  return {
    canary,
    ...(primary === undefined ? {} : { primary }),
    ...(previous === undefined ? {} : { previous }),
    ...(kept.redraw === undefined ? {} : { redraw: kept.redraw }),
  };
}

function raised({ kept, from, random }: WeightChange, affinity: SessionAffinity): SessionCookies {
  // A run begins at weight 0: cookies of the status are leftovers then.
  const before = from === 0 ? ended(kept) : kept;
  const previous = before.previousSessionAffinityCookie;
  const stale = before.primarySessionAffinityCookie;
  return {
    sessionAffinityCookie: before.sessionAffinityCookie ?? newCookie(affinity.cookieName, random),
    ...(previous === undefined ? {} : { previousSessionAffinityCookie: previous }),
    ...(affinity.primaryCookieName
      ? {
          primarySessionAffinityCookie: newCookie(affinity.primaryCookieName, random),
          ...(stale === undefined ? {} : { redraw: { cookie: stale, weight: from } }),
        }
      : {}),
  };
}

function ended(kept: SessionCookies): SessionCookies {
  const previous = kept.sessionAffinityCookie ?? kept.previousSessionAffinityCookie;
  return previous === undefined ? {} : { previousSessionAffinityCookie: previous };
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function newCookie(name: string, random: () => number): string {
  const value = Array.from({ length: 10 }, () => letters.charAt(Math.floor(random() * letters.length)));
  return `${name}=${value.join('')}`;
}

import type { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { GatewayWord } from '../ports/router.ts';
import type { Wait } from './wait.ts';

/**
 * What a duty came to. `matches`: the world is as status says. `moving`: it was brought on its way, or has to wait for
 * something that happens by itself. `blocked`: it could not be done - an object is missing, forbidden, refused, or the
 * spec does not render. A duty that is blocked ends no pass: it is a fact that decisions are given.
 */
export type DutyFact =
  { readonly state: 'matches' } | { readonly state: 'moving'; readonly wait: Wait } | Blocked;

export interface Blocked {
  readonly state: 'blocked';
  readonly wait: Wait;
  /** False: the run can do without, and goes on. */
  readonly bars: boolean;
  /** The API failed: the pass runs again with back-off. */
  readonly failure?: KubeError;
}

/** What the routes say beside what status says. */
export interface RoutesFact {
  /** Since when (milliseconds) they match the step that the run stands at; undefined while they do not. */
  readonly since: number | undefined;
  /** The guard gives the canary all traffic, because the primary is down: good for checks, not for an end. */
  readonly alone: boolean;
  /** Why they do not match, for people. */
  readonly problem: string | undefined;
  /** What the gateway says where it does not follow, and since when (milliseconds); undefined while it does. */
  readonly refused:
    (Exclude<GatewayWord, { readonly state: 'follows' }> & { readonly since: number }) | undefined;
}

export type DutyName = 'finalizer' | 'primary' | 'services' | 'routes' | 'scaler' | 'size' | 'former';

export interface Held {
  readonly facts: Readonly<Record<DutyName, DutyFact>>;
  readonly routes: RoutesFact;
}

/** Traffic is where status wants it, and the primary takes part in it. */
export const isTrafficThere = ({ since, alone }: RoutesFact): boolean => since !== undefined && !alone;

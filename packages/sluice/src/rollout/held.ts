import type { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { GatewayWord } from '../ports/router.ts';
import type { Wait } from './wait.ts';

/**
 * The result of a duty. `matches`: the objects are as the status says. `moving`: the duty wrote something, or waits for
 * something that happens by itself. `blocked`: the duty failed because an object is missing, forbidden or refused, or
 * because the spec does not render. A blocked duty never ends the pass: decisions get it as a fact.
 */
export type DutyFact =
  { readonly state: 'matches' } | { readonly state: 'moving'; readonly wait: Wait } | Blocked;

export interface Blocked {
  readonly state: 'blocked';
  readonly wait: Wait;
  /** False: the run continues without it. */
  readonly bars: boolean;
  /** The API failed: the pass runs again with back-off. */
  readonly failure?: KubeError;
}

/** How the routes differ from the status. */
export interface RoutesFact {
  /** Since when (milliseconds) they match the step that the run stands at; undefined while they do not. */
  readonly since: number | undefined;
  /** The guard sends all traffic to the canary because the primary is down: checks may run, but the run cannot end. */
  readonly alone: boolean;
  /** Why they do not match, for people. */
  readonly problem: string | undefined;
  /** The message of a gateway that does not follow the routes, and since when (milliseconds); undefined while it follows. */
  readonly refused:
    (Exclude<GatewayWord, { readonly state: 'follows' }> & { readonly since: number }) | undefined;
}

export type DutyName = 'finalizer' | 'primary' | 'services' | 'routes' | 'scaler' | 'size' | 'former';

export interface Held {
  readonly facts: Readonly<Record<DutyName, DutyFact>>;
  readonly routes: RoutesFact;
}

/** The routes match the status, and the primary serves. */
export const isTrafficThere = ({ since, alone }: RoutesFact): boolean => since !== undefined && !alone;

/** What may hold back the start of a run beside its gates. */
export interface StartRules {
  /** The freeze that holds the canary `namespace/name` at `now` (milliseconds); undefined without one. */
  freezeOf(key: string, now: number): Freeze | undefined;
  /**
   * Asks for one of the places for runs (`-max-concurrent-rollouts`). Undefined: the canary has a place, until its status
   * says that no run of it is on, or for half a minute if it never says that one is.
   */
  placeFor(canary: StartingCanary): Queued | undefined;
}

export interface StartingCanary {
  /** `namespace/name` */
  readonly key: string;
  readonly namespace: string;
  /** Since when it waits for a place, in milliseconds. */
  readonly since: number;
}

export interface Freeze {
  /** `freeze "year end" of ConfigMap sluice/freezes: on-call is thin` */
  readonly message: string;
  /** When it ends, in milliseconds; undefined when nobody knows. */
  readonly until?: number;
}

export interface Queued {
  /** `3 rollouts of the cluster run, at most 3; place 2 in the queue` */
  readonly message: string;
}

/** Runs start as soon as their gates allow it. */
export const noStartRules: StartRules = { freezeOf: () => undefined, placeFor: () => undefined };

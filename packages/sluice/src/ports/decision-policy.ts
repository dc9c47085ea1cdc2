/** The admission policy that compares the names in decisions with the users of the requests. */
export interface DecisionPolicy {
  /** Whether the controller was told of one (`-decision-policy`). */
  readonly isExpected: boolean;
  /**
   * Whether the API server enforces it now: it and its binding exist as this version ships them. Rejects with `KubeError`
   * when that cannot be read; has a deadline of its own.
   */
  isEnforced(signal: AbortSignal): Promise<boolean>;
}

/** Without a policy all names are claimed. */
export const noDecisionPolicy: DecisionPolicy = {
  isExpected: false,
  isEnforced: () => Promise.resolve(false),
};

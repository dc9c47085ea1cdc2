/**
 * What the process remembers of a canary between passes. All of it may be lost: after a restart a step's
 * hold begins anew and open questions are asked again with the same ids.
 */
export interface CanaryMemory {
  /** The step whose routes match, and since when; undefined while they do not. */
  hold: { readonly step: string; readonly since: number } | undefined;
  /** The last round of checks at that step. */
  analysis: { readonly step: string; readonly passed: boolean; readonly nextRoundAt: number } | undefined;
  /** Since when a change of no consequence (an acknowledgement, a word of waiting) waits to be written along. */
  quietSince: number | undefined;
  /** Why the last pass stopped, and since when; written to status once it has lasted. */
  waiting: { readonly text: string; readonly since: string } | undefined;
  /** The last warning that went out, so that the same one is said once. */
  warned: string | undefined;
}

export const createMemory = (): CanaryMemory => ({
  hold: undefined,
  analysis: undefined,
  quietSince: undefined,
  waiting: undefined,
  warned: undefined,
});

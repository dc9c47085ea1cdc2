import type { Waiting } from '../api/canary-status.ts';

/** What a rollout waits for, as one value: for what, for whom, and until when. It becomes `status.waiting`. */
export interface Wait {
  /** `revision`: it rests; that is not shown as waiting. */
  readonly for: Waiting['for'];
  /** One word, CamelCase: what `kubectl get canary` shows. */
  readonly reason: string;
  /** One sentence: what it waits for and what happens then. */
  readonly message: string;
  /** The hook, workload or metric waited for. */
  readonly name?: string;
  /** What stopped, where it is more than the decision: the name of a duty. */
  readonly step?: string;
  /** Milliseconds. The pass runs again at this time: what is shown is what wakes. */
  readonly until?: number;
}

export interface Waits {
  readonly wait: Wait;
}

export const waitFor = (
  what: Wait['for'],
  reason: string,
  message: string,
  details: Pick<Wait, 'name' | 'until' | 'step'> = {},
): Waits => ({ wait: { for: what, reason, message, ...details } });

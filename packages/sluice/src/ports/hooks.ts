import type { Outcome } from '../api/canary-status.ts';

/** One call of a webhook: a question or an announcement. */
export interface HookCall {
  /** deliveryId: the same for every attempt, and after a crash. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
  /** How it is shown to people: a webhook's path is a secret, and the administrator's own is nobody's business. */
  readonly shownAs: string;
  /** Of each attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** Extra attempts after the first, 0 and more. */
  readonly retries: number;
  readonly insecureSkipVerify: boolean;
  /** Without `deliveryId` and `attempt`, which the sender adds. */
  readonly payload: HookPayload;
}

/** Flagger's keys unchanged (`name namespace phase checksum metadata`); our keys are added and replace none. */
export interface HookPayload {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  readonly checksum: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly type: string;
  readonly runId?: string;
  readonly revision?: string;
  readonly images?: { readonly old: readonly string[]; readonly new: readonly string[] };
  readonly weight?: number;
  readonly iteration?: number;
  readonly failedChecks?: number;
  readonly step?: number;
}

export interface HookAnswer {
  readonly outcome: Outcome;
  /** HTTP status; absent when no answer came. */
  readonly code?: number;
  /** Text of the answer, or the cause when there is none; at most 1 KiB, control characters removed, masked. */
  readonly message: string;
  readonly attempts: number;
  readonly durationMs: number;
}

/** Waits before a retry; `signal` ends the wait, without an error. */
export type PauseSend = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Calls a hook until it has an answer or its attempts are used up. Never rejects: an abort is `cancelled`. `pause` replaces the
 * plain wait before a retry.
 */
export type SendHook = (call: HookCall, signal: AbortSignal, pause?: PauseSend) => Promise<HookAnswer>;

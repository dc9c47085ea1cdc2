import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';

/** One receiver of alerts for people, such as a channel or a room. */
export interface Notifier {
  /** Resolves when the receiver took the alert. Rejects with `SluiceError`; `retryable` says whether to retry. */
  notify(alert: Alert, signal: AbortSignal): Promise<void>;
}

/** `error`: a run failed. `warn`: a run waits for a person, or a rollback was requested. `info`: all else. */
export type Severity = 'info' | 'warn' | 'error';

export interface Alert {
  readonly severity: Severity;
  /** A few words: what happened. */
  readonly title: string;
  /** The message of its event. */
  readonly message: string;
  readonly canary: ObjectRef;
  /** Details for people (`Target`, `Progress deadline`, ...), in order. No secrets. */
  readonly fields: readonly AlertField[];
}

export interface AlertField {
  readonly name: string;
  readonly value: string;
}

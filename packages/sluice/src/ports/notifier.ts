import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';

/** One place that people are alerted in: a channel, a room. */
export interface Notifier {
  /** Resolves when the alert was taken. Rejects with `SluiceError`, which says whether another try makes sense. */
  notify(alert: Alert, signal: AbortSignal): Promise<void>;
}

/** `error`: a run failed. `warn`: somebody is waited for, or a rollback was asked for. `info`: all else. */
export type Severity = 'info' | 'warn' | 'error';

export interface Alert {
  readonly severity: Severity;
  /** A few words: what happened. */
  readonly title: string;
  /** The sentence of the event it goes with. */
  readonly message: string;
  readonly canary: ObjectRef;
  /** What people want to see beside it (`Target`, `Progress deadline`, ...), in order. No secrets. */
  readonly fields: readonly AlertField[];
}

export interface AlertField {
  readonly name: string;
  readonly value: string;
}

import type { Canary, CanaryWebhook } from '../../api/canary.ts';
import type { WebhookType } from '../../api/canary-webhook.ts';
import { durationOr } from '../run/timing.ts';

export type HookType = Exclude<WebhookType, ''>;

export interface Hook {
  readonly name: string;
  readonly type: HookType;
  /** Its place in `spec.analysis.webhooks`; two hooks of one name and type are two questions. */
  readonly index: number;
  readonly spec: CanaryWebhook;
}

/** Index of the administrator's own hook, which gets the events of canaries without an `event` hook. */
export const eventWebhookIndex = -1;

/** Hooks of one type in list order; no type means `rollout`, as for Flagger. */
export function hooksOf(canary: Canary, type: HookType): readonly Hook[] {
  return (canary.spec.analysis.webhooks ?? []).flatMap((spec, index) => {
    const own = spec.type === undefined || spec.type === '' ? 'rollout' : spec.type;
    return own === type ? [{ name: spec.name, type, index, spec }] : [];
  });
}

const defaultTimeoutMs = 10_000;

/** The limit for `0s`, which means none in Flagger. Every wait here has one; no task of a receiver takes this long. */
const longestTimeoutMs = 24 * 60 * 60_000;

/** Milliseconds of one attempt; default 10 s, and 24 h for `0s`. */
export function hookTimeoutMs(spec: CanaryWebhook): number {
  const text = spec.timeout ?? '';
  const told = text.length < 2 ? defaultTimeoutMs : durationOr(text, defaultTimeoutMs);
  return told === 0 ? longestTimeoutMs : Math.min(told, longestTimeoutMs);
}

const minimumPollMs = 1_000;

/** Milliseconds between two calls of a waiting gate or a rollback hook; default the analysis interval, at least 1 s. */
export function pollIntervalMs(spec: CanaryWebhook, analysisIntervalMs: number): number {
  const text = spec.pollInterval ?? '';
  return Math.max(
    // guard: poll-interval-has-a-floor
    minimumPollMs,
    durationOr(text, analysisIntervalMs),
  );
}

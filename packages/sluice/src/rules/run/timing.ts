import type { Canary } from '../../api/canary.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';

const defaultIntervalMs = 60_000;
const defaultProgressDeadlineSeconds = 600;

/** Milliseconds a step is held before its checks judge it: `analysis.interval`, default 60 s, never below `minimumMs`. */
export function analysisIntervalMs(canary: Canary, minimumMs: number): number {
  const text = canary.spec.analysis.interval ?? '';
  return Math.max(minimumMs, durationOr(text, defaultIntervalMs));
}

/**
 * Milliseconds of a duration that was validated. An absent or unreadable one counts as `fallback`: a canary that is no
 * longer valid can still be stopped by its readable fields.
 */
export function durationOr(text: string, fallback: number): number {
  if (text === '') return fallback;
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (error instanceof SluiceError) return fallback;
    throw error;
  }
}

/** Milliseconds a workload may stay unready before the run is given up. */
export function progressDeadlineMs(canary: Canary): number {
  return (canary.spec.progressDeadlineSeconds ?? defaultProgressDeadlineSeconds) * 1000;
}

/** Failed checks that end a run; 1 when unset or not positive as for Flagger. */
export function failureThreshold(canary: Canary): number {
  const threshold = canary.spec.analysis.threshold ?? 0;
  return threshold > 0 ? threshold : 1;
}

export const toTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

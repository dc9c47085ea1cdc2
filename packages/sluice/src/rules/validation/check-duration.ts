import { formatGoDuration, parseGoDuration } from '@sluice/lib/time/duration.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { problem } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * Checks that a duration is valid to its end, and no shorter than `leastMs`. Flagger's schema checks its beginning
 * only, and its code uses a default for an unreadable one. Absent and empty durations pass here.
 */
export function checkDuration(field: string, text: string | undefined, leastMs: number): readonly Finding[] {
  if (text === undefined || text === '') return [];
  const milliseconds = tryParse(text);
  if (milliseconds === undefined) {
    return [problem(field, text, 'write a duration in seconds or minutes, such as "30s" or "1m"')];
  }
  if (milliseconds >= leastMs) return [];
  return [problem(field, text, `write a duration of at least ${formatGoDuration(leastMs)}`)];
}

function tryParse(text: string): number | undefined {
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (error instanceof SluiceError) return undefined;
    throw error;
  }
}

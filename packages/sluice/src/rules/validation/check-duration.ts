import { formatGoDuration, parseGoDuration } from '@sluice/lib/time/duration.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { problem } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * A duration that is given must be one to its end, and no shorter than `leastMs`. Flagger's schema looks at its
 * beginning only, and its code takes a default for what it cannot read. Absent and empty are for others to judge.
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

import type { CanaryAnalysis } from '../../api/canary.ts';

export type Strategy = 'canary' | 'blue-green' | 'ab-testing';

/** As for Flagger: `match` with iterations is A/B, iterations alone Blue/Green, anything else the weighted canary. */
export function strategyOf(analysis: CanaryAnalysis): Strategy {
  const iterations = analysis.iterations ?? 0;
  if (iterations > 0) return (analysis.match?.length ?? 0) > 0 ? 'ab-testing' : 'blue-green';
  return 'canary';
}

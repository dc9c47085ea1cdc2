import type { Canary } from '../api/canary.ts';
import type { RouterCapabilities } from '../ports/router.ts';
import { effectiveCanary } from '../rules/traffic/effective-analysis.ts';
import { strategyOf } from '../rules/traffic/strategy.ts';
import { weightSteps } from '../rules/traffic/weight-steps.ts';

/** The way of a run: weights (percent) with or without copies of requests before, or a number of iterations. */
export type Plan =
  | { readonly kind: 'weights'; readonly weights: readonly number[]; readonly mirrorsFirst: boolean }
  | { readonly kind: 'iterations'; readonly count: number };

/** The way of a run as a router of these capabilities can make it; as written where they are not known. */
export function planOf(written: Canary, capabilities: RouterCapabilities | undefined): Plan {
  const { spec } = written;
  if (spec.skipAnalysis === true) return { kind: 'weights', weights: [], mirrorsFirst: false };
  const { analysis } = asRun(written, capabilities).spec;
  if (strategyOf(analysis) !== 'canary') return { kind: 'iterations', count: analysis.iterations ?? 0 };
  const mirrorsFirst = analysis.mirror === true && (capabilities?.mirror ?? false);
  return { kind: 'weights', weights: weightSteps(analysis), mirrorsFirst };
}

/** The canary as its router runs it. */
export const asRun = (written: Canary, capabilities: RouterCapabilities | undefined): Canary =>
  capabilities === undefined ? written : effectiveCanary(written, capabilities);

import type { Canary } from '../../api/canary.ts';
import type { RouterCapabilities } from '../../ports/router.ts';

const iterationsWithoutWeights = 10;

/**
 * The canary as its router can run it, as for Flagger: a router that cannot split traffic runs Blue/Green,
 * 10 iterations by default, and one that cannot pick requests ignores `match`.
 */
export function effectiveCanary(canary: Canary, capabilities: RouterCapabilities): Canary {
  const { analysis } = canary.spec;
  const { match, ...unmatched } = analysis;
  const kept = capabilities.match || match === undefined ? analysis : unmatched;
  if (capabilities.weights || (analysis.iterations ?? 0) > 0) {
    return kept === analysis ? canary : { ...canary, spec: { ...canary.spec, analysis: kept } };
  }
  const { stepWeight: _stepWeight, stepWeights: _stepWeights, ...rest } = kept;
  return { ...canary, spec: { ...canary.spec, analysis: { ...rest, iterations: iterationsWithoutWeights } } };
}

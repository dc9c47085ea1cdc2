import type { Canary } from '../../../api/canary.ts';
import { findRouter } from '../../../routers/index.ts';
import { effectiveCanary } from '../../../rules/traffic/effective-analysis.ts';
import { strategyOf } from '../../../rules/traffic/strategy.ts';
import { weightSteps } from '../../../rules/traffic/weight-steps.ts';
import type { Plan } from './tree-model.ts';

/** The way of a run as the canary's router can make it. `meshProvider`: of canaries that name no provider. */
export function planOf(written: Canary, meshProvider: string): Plan {
  const { spec } = written;
  if (spec.skipAnalysis === true) return { kind: 'weights', weights: [], mirrorsFirst: false };
  const router = findRouter(spec.provider || meshProvider);
  const { analysis } = router === undefined ? spec : effectiveCanary(written, router.capabilities).spec;
  if (strategyOf(analysis) !== 'canary') return { kind: 'iterations', count: analysis.iterations ?? 0 };
  const mirrorsFirst = analysis.mirror === true && (router?.capabilities.mirror ?? false);
  return { kind: 'weights', weights: weightSteps(analysis), mirrorsFirst };
}

import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { RouteCookies, RoutePlan } from '@sluice/sluice/ports/router.ts';
import { strategyOf } from '@sluice/sluice/rules/traffic/strategy.ts';
import { weightsFor } from '@sluice/sluice/rules/traffic/weights.ts';

interface PlanOptions {
  readonly mirror?: boolean;
  readonly cookies?: RouteCookies | undefined;
}

/** The plan of a run that stands at this canary weight; of an A/B test it is that of the picked requests. */
export function routePlan(
  canary: Canary,
  weight: number,
  { mirror = false, cookies }: PlanOptions = {},
): RoutePlan {
  const { analysis, service } = canary.spec;
  const port = service?.port ?? 0;
  const picks = strategyOf(analysis) === 'ab-testing' && analysis.match !== undefined;
  return {
    canary,
    weights: weightsFor(weight),
    mirror,
    audience: picks ? { kind: 'picked', matches: analysis.match } : { kind: 'everybody' },
    ports: { primary: port, canary: port },
    ...(cookies && { cookies }),
  };
}

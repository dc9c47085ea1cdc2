import type { Canary, CanaryMetric } from '../../api/canary.ts';
import { namesOf } from '../objects/names.ts';
import type { QueryContext } from './query-template.ts';

/** The values of a query template's functions for this metric of this canary. */
export function queryContextOf(canary: Canary, metric: CanaryMetric): QueryContext {
  const { apex, target } = namesOf(canary);
  const { name, namespace = '' } = canary.metadata;
  return {
    name,
    namespace,
    target,
    service: apex,
    ingress: canary.spec.ingressRef?.name ?? target,
    route: canary.spec.routeRef?.name ?? target,
    interval: metric.interval === undefined || metric.interval === '' ? '1m' : metric.interval,
    variables: metric.templateVariables ?? {},
    isForeign: (metric.templateRef?.namespace ?? namespace) !== namespace,
  };
}

import type { Canary, CanaryService, SessionAffinity } from '@sluice/sluice/api/canary.ts';
import { asList, asNumber, asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { RouteCookies, Router } from '@sluice/sluice/ports/router.ts';
import { gatewayApiV1 } from '@sluice/sluice/routers/gateway-api-v1.ts';
import { createRouteTable } from '../../contracts/router/route-table.ts';
import { routePlan } from './route-plan.ts';
import { podinfoCanary } from './podinfo-objects.ts';

/** A canary with session affinity, whose cookie is `side`. */
export function sticky(
  affinity: Partial<SessionAffinity> = {},
  service: Partial<CanaryService> = {},
): Canary {
  return podinfoCanary({
    service,
    analysis: { stepWeight: 10, sessionAffinity: { cookieName: 'side', ...affinity } },
  });
}

interface Plan {
  readonly canary?: Canary;
  readonly weight: number;
  readonly cookies?: RouteCookies;
  readonly mirror?: boolean;
  readonly router?: Router;
}

/** The rules of the route that is written for a plan, and what is observed of them. */
export function render({ canary = sticky(), weight, cookies, mirror = false, router = gatewayApiV1 }: Plan) {
  const table = createRouteTable();
  table.write(router.render(routePlan(canary, weight, { mirror, cookies }), table.read));
  const resource = router.objects(canary)[0]?.resource;
  const route = resource && table.read(resource, { namespace: 'test', name: 'podinfo' });
  const rules = asList(asRecord(route?.['spec'])['rules']).map(asRecord);
  return { rules, observed: router.observe(canary, table.read) };
}

export const backendsOf = (rule: JsonRecord | undefined) => asList(rule?.['backendRefs']).map(asRecord);
export const split = (rule: JsonRecord | undefined) =>
  backendsOf(rule).map(({ weight }) => asNumber(weight) ?? -1);
export const patternOf = (rule: JsonRecord | undefined): string | undefined => {
  const headers = asList(asRecord(asList(rule?.['matches'])[0])['headers']).map(asRecord);
  const cookie = headers.find(({ name }) => name === 'Cookie');
  return cookie === undefined ? undefined : String(cookie['value']);
};
/** Set-Cookie of the answers of each side. */
export const given = (rule: JsonRecord | undefined) =>
  backendsOf(rule).map((backend) =>
    asList(backend['filters']).flatMap((filter) =>
      asList(asRecord(asRecord(filter)['responseHeaderModifier'])['add']).map(
        (pair) => asRecord(pair)['value'],
      ),
    ),
  );

import { expect, it } from 'vitest';
import { patchTo } from '@sluice/lib/json/merge.ts';
import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { RouteCookies, RoutePlan, Router } from '@sluice/sluice/ports/router.ts';
import { deepFreeze } from '../../support/rigs/deep-freeze.ts';
import { routePlan } from '../../support/rigs/route-plan.ts';
import { createRouteTable } from './route-table.ts';
import { withParts } from './with-parts.ts';

export function itKeepsCallers(router: Router, plain: Canary): void {
  const { sessionAffinity } = router.capabilities;
  const canary = withParts(plain, { sessionAffinity: { cookieName: 'side', primaryCookieName: 'home' } });
  const planOf = (weight: number, cookies?: RouteCookies): RoutePlan =>
    deepFreeze(routePlan(canary, weight, { cookies }));
  const running = { canary: 'side=b', primary: 'home=c', redraw: { cookie: 'home=d', weight: 5 } };
  const over = { previous: 'side=a' };

  it.runIf(sessionAffinity)(
    'observes its weights and has nothing more to write while it keeps callers',
    () => {
      const table = createRouteTable();
      for (const plan of [planOf(10, running), planOf(100, running), planOf(0, running), planOf(0, over)]) {
        table.write(router.render(plan, table.read));
        expect(router.observe(canary, table.read)?.weights).toEqual(plan.weights);
        for (const { resource, object } of router.render(plan, table.read)) {
          expect(patchTo(table.read(resource, object.metadata) ?? {}, object)).toBeUndefined();
        }
      }
    },
  );

  it.runIf(sessionAffinity)('names the cookies it keeps callers by, and none that is over', () => {
    const table = createRouteTable();
    const rendered = (plan: RoutePlan) => {
      const routes = router.render(plan, table.read);
      table.write(routes);
      return JSON.stringify(routes.map(({ resource, object }) => table.read(resource, object.metadata)));
    };
    expect(rendered(planOf(10, running))).toContain('side=b; Max-Age=86400');
    const taken = rendered(planOf(0, { previous: 'side=b' }));
    expect(taken).toContain('side=b; Max-Age=-1');
    expect(taken).not.toContain('86400');
    expect(rendered(planOf(0))).not.toContain('side=');
  });

  it(`writes no cookie ${sessionAffinity ? 'before there is one' : 'at all'}`, () => {
    const table = createRouteTable();
    const rendered = router.render(planOf(10, sessionAffinity ? undefined : running), table.read);
    expect(rendered).toEqual(router.render(routePlan(plain, 10), table.read));
  });
}

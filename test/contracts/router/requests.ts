import { expect, it } from 'vitest';
import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { RoutePlan, Router } from '@sluice/sluice/ports/router.ts';
import { namesOf } from '@sluice/sluice/rules/objects/names.ts';
import { routePlan } from '../../support/rigs/route-plan.ts';
import { createRouteTable, objectsIn } from './route-table.ts';
import { withParts } from './with-parts.ts';

export function itMirrors(router: Router, plain: Canary): void {
  const observeAfter = (...plans: readonly RoutePlan[]) => {
    const table = createRouteTable();
    for (const plan of plans) table.write(router.render(plan, table.read));
    const observed = plans[0] && router.observe(plans[0].canary, table.read);
    return observed && { weights: observed.weights, mirrored: observed.mirrored };
  };
  const mirroring = (canary: Canary): RoutePlan => routePlan(canary, 0, { mirror: true });
  const stepping = (canary: Canary, mirror = false): RoutePlan => routePlan(canary, 10, { mirror });

  it('mirrors when told, and no longer when told not to', () => {
    expect(observeAfter(mirroring(plain))).toEqual({ weights: { primary: 100, canary: 0 }, mirrored: true });
    expect(observeAfter(mirroring(plain), stepping(plain))).toEqual({
      weights: { primary: 90, canary: 10 },
      mirrored: false,
    });
  });

  it('mirrors with iterations and without, at each weight and beside session affinity', () => {
    for (const analysis of [
      { iterations: 3 },
      { stepWeight: 10 },
      { stepWeight: 10, sessionAffinity: { cookieName: 'side' } },
    ]) {
      const canary = withParts(plain, analysis);
      expect(observeAfter(mirroring(canary))?.mirrored).toBe(true);
      expect(observeAfter(stepping(canary, true))?.mirrored).toBe(true);
    }
  });

  it("keeps the service's own mirror, and does not take it for the one to the canary", () => {
    const mirror = [
      { backendRef: { name: 'shadow', port: 80 } },
      { backendRef: { name: namesOf(plain).canaryService, namespace: 'elsewhere', port: 80 } },
    ];
    const canary = withParts(plain, {}, { mirror });
    expect(observeAfter(stepping(canary))?.mirrored).toBe(false);
    expect(observeAfter(mirroring(canary))?.mirrored).toBe(true);
    const rendered = JSON.stringify(
      router.render(mirroring(canary), createRouteTable().read).map(({ object }) => object),
    );
    expect(rendered).toContain('shadow');
    expect(rendered).toContain('elsewhere');
  });
}

export function itPicks(router: Router, plain: Canary): void {
  const picking = withParts(plain, { iterations: 3, match: [{ headers: { 'x-beta': { exact: 'yes' } } }] });
  const everybody = (weight: number): RoutePlan => ({
    ...routePlan(picking, weight),
    audience: { kind: 'everybody' },
  });

  it('sends the picked requests where the weights say, and leaves nothing of it behind', () => {
    const table = createRouteTable();
    table.write(router.render(everybody(0), table.read));
    const before = JSON.stringify(objectsIn(router, picking, table));
    table.write(router.render(routePlan(picking, 100), table.read));
    expect(router.observe(picking, table.read)?.weights).toEqual({ primary: 0, canary: 100 });
    expect(JSON.stringify(objectsIn(router, picking, table))).toContain('x-beta');
    table.write(router.render(everybody(0), table.read));
    expect(JSON.stringify(objectsIn(router, picking, table))).toBe(before);
  });
}

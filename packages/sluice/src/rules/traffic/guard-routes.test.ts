import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardRoutes } from './guard-routes.ts';
import type { PlannedRoutes } from './plan-routes.ts';
import { weightsFor } from './weights.ts';

const all = (canary: number): PlannedRoutes => ({ weights: weightsFor(canary), pickedOnly: false });
const picked = (canary: number): PlannedRoutes => ({ weights: weightsFor(canary), pickedOnly: true });
const both = { primary: true, canary: true };
const onlyPrimary = { primary: true, canary: false };
const onlyCanary = { primary: false, canary: true };
const none = { primary: false, canary: false };

describe('the guard of the routes', () => {
  it('follows the plan when each side that gets something serves', () => {
    expect(guardRoutes(all(30), both)).toEqual({ routes: all(30) });
    expect(guardRoutes(all(0), onlyPrimary)).toEqual({ routes: all(0) });
    expect(guardRoutes(all(100), onlyCanary)).toEqual({ routes: all(100) });
  });

  it('gives all to the side that is left', () => {
    expect(guardRoutes(all(30), onlyPrimary)).toMatchObject({ routes: all(0), alone: 'primary' });
    expect(guardRoutes(all(30), onlyCanary)).toMatchObject({ routes: all(100), alone: 'canary' });
    expect(guardRoutes(all(0), onlyCanary)).toMatchObject({ routes: all(100), alone: 'canary' });
  });

  it('moves nothing when both sides are down', () => {
    expect(guardRoutes(all(30), none)).toMatchObject({ routes: 'leave' });
  });

  it('knows that in A/B the primary always gets those that were not picked', () => {
    expect(guardRoutes(picked(100), onlyCanary)).toMatchObject({ routes: all(100), alone: 'canary' });
    expect(guardRoutes(picked(100), onlyPrimary)).toMatchObject({ routes: picked(0), alone: 'primary' });
    expect(guardRoutes(picked(0), onlyPrimary)).toEqual({ routes: picked(0) });
  });

  it('never sends anything to a side that does not serve, and says why whenever it changes the plan', () => {
    const plan = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.boolean());
    const ready = fc.record({ primary: fc.boolean(), canary: fc.boolean() });
    fc.assert(
      fc.property(plan, ready, ([share, pickedOnly], sides) => {
        const wanted = { weights: weightsFor(share), pickedOnly };
        const { routes, reason } = guardRoutes(wanted, sides);
        expect(reason === undefined).toBe(
          routes !== 'leave' && routes.weights.canary === share && routes.pickedOnly === pickedOnly,
        );
        if (routes === 'leave') return;
        const toPrimary = routes.weights.primary > 0 || routes.pickedOnly;
        expect(toPrimary && !sides.primary).toBe(false);
        expect(routes.weights.canary > 0 && !sides.canary).toBe(false);
      }),
    );
  });
});

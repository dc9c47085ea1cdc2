import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fenceposts, newSetSize, oldSetSizes } from './rolling-update.ts';

describe('fenceposts', () => {
  it('round surge up and unavailable down', () => {
    expect(fenceposts(undefined, 1)).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(fenceposts(undefined, 10)).toEqual({ maxSurge: 3, maxUnavailable: 2 });
    expect(fenceposts({ maxSurge: '50%', maxUnavailable: '50%' }, 3)).toEqual({
      maxSurge: 2,
      maxUnavailable: 1,
    });
  });

  it('let one be unavailable when both are nothing, as otherwise nothing would ever move', () => {
    expect(fenceposts({ maxSurge: 0, maxUnavailable: '25%' }, 3)).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });
});

describe('a rolling update', () => {
  it('grows the new set only as far as the surge allows', () => {
    const old = [{ name: 'old', replicas: 4, available: 4 }];
    expect(newSetSize(4, { name: 'new', replicas: 0, available: 0 }, old, 1)).toBe(1);
    expect(newSetSize(4, { name: 'new', replicas: 1, available: 1 }, old, 1)).toBe(1);
  });

  it('shrinks a new set that is larger than wanted', () => {
    expect(newSetSize(2, { name: 'new', replicas: 5, available: 5 }, [], 1)).toBe(2);
  });

  it('takes unhealthy old replicas first, whatever is available', () => {
    const old = [{ name: 'old', replicas: 4, available: 1 }];
    const sizes = oldSetSizes(4, { name: 'new', replicas: 1, available: 0 }, old, 1);
    expect(sizes.get('old')).toBe(3);
  });

  it('keeps every healthy old replica while the new ones are not available', () => {
    const old = [{ name: 'old', replicas: 3, available: 3 }];
    expect(oldSetSizes(3, { name: 'new', replicas: 1, available: 0 }, old, 0).size).toBe(0);
  });

  it('ends with the new set alone, and never falls below what must be available', () => {
    const amount = fc.oneof(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 100 }).map((it) => `${it}%`),
    );
    const inputs = fc.record({
      desired: fc.integer({ min: 1, max: 20 }),
      maxSurge: amount,
      maxUnavailable: amount,
    });
    fc.assert(
      fc.property(inputs, ({ desired, ...rollingUpdate }) => {
        const { maxSurge, maxUnavailable } = fenceposts(rollingUpdate, desired);
        let fresh = 0;
        let old = desired;
        for (let round = 0; round < 100 && (fresh !== desired || old !== 0); round += 1) {
          // Everything that exists becomes available between two looks.
          const newSet = { name: 'new', replicas: fresh, available: fresh };
          const oldSet = { name: 'old', replicas: old, available: old };
          fresh = newSetSize(desired, newSet, [oldSet], maxSurge);
          old =
            oldSetSizes(desired, { ...newSet, replicas: fresh }, [oldSet], maxUnavailable).get('old') ?? old;
          expect(newSet.available + old).toBeGreaterThanOrEqual(Math.max(0, desired - maxUnavailable));
          expect(fresh + old).toBeLessThanOrEqual(desired + maxSurge);
        }
        expect([fresh, old]).toEqual([desired, 0]);
      }),
    );
  });
});

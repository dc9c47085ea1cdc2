import { describe, expect, it } from 'vitest';
import { measureShare } from './share.ts';

const snapshot = (primary: number, canary: number) => ({
  requests: [
    { route: 'test/podinfo', backend: 'test/podinfo-primary:9898', status: 200, count: primary },
    { route: 'test/podinfo', backend: 'test/podinfo-canary:9898', status: 200, count: canary },
  ],
  ownErrors: {},
  ownFailures: 0,
});

const backends = { canary: 'test/podinfo-canary:', primary: 'test/podinfo-primary:' };

describe('the measured share', () => {
  it('counts only the requests of the span', () => {
    expect(measureShare(snapshot(100, 100), snapshot(190, 110), backends)).toEqual({
      requests: 100,
      canaryPercent: 10,
    });
  });

  it('leaves out requests to the backends of others', () => {
    const others = { ...backends, canary: 'test/cart-canary:' };
    expect(measureShare(snapshot(0, 0), snapshot(90, 10), others)).toEqual({
      requests: 90,
      canaryPercent: 0,
    });
  });

  it('is unknown without requests', () => {
    expect(measureShare(snapshot(5, 5), snapshot(5, 5), backends).canaryPercent).toBeUndefined();
  });
});

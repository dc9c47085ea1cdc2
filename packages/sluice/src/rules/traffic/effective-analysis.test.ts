import { describe, expect, it } from 'vitest';
import { podinfoCanary } from '../../../../../test/support/rigs/podinfo-objects.ts';
import { effectiveCanary } from './effective-analysis.ts';

const able = { weights: true, match: true, mirror: true, sessionAffinity: true };
const plain = { weights: false, match: false, mirror: false, sessionAffinity: false };
const match = [{ headers: { 'x-tester': { exact: 'yes' } } }];

describe('a canary as its router can run it', () => {
  it('is the canary itself where the router can do all it asks for', () => {
    const canary = podinfoCanary({ analysis: { iterations: 3, match } });
    expect(effectiveCanary(canary, able)).toBe(canary);
  });

  it('makes 10 iterations of weights where traffic cannot be split', () => {
    const { analysis } = effectiveCanary(podinfoCanary({ analysis: { stepWeight: 10 } }), plain).spec;
    expect(analysis.iterations).toBe(10);
    expect(analysis.stepWeight).toBeUndefined();
  });

  it('keeps the iterations that were asked for, and ignores a match it cannot route', () => {
    const { analysis } = effectiveCanary(podinfoCanary({ analysis: { iterations: 3, match } }), plain).spec;
    expect(analysis.iterations).toBe(3);
    expect(analysis.match).toBeUndefined();
  });

  it('leaves all else of the canary as it is', () => {
    const canary = podinfoCanary({ analysis: { stepWeights: [10, 20] } });
    const effective = effectiveCanary(canary, plain);
    expect(effective.metadata).toBe(canary.metadata);
    expect(effective.spec.service).toBe(canary.spec.service);
    expect(effective.spec.analysis.threshold).toBe(canary.spec.analysis.threshold);
  });
});

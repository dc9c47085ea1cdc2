import { describe, expect, it } from 'vitest';
import { podinfoDeployment } from '../../../../../test/support/rigs/podinfo-objects.ts';
import {
  deliveryIdOf,
  fencedRevision,
  isOwnRevision,
  primaryRevision,
  revisionOf,
  runIdOf,
  shortRevision,
} from './revision.ts';

describe('a revision', () => {
  it('does not depend on the order of keys', () => {
    expect(revisionOf({ a: 1, b: { c: 2, d: 3 } })).toBe(revisionOf({ b: { d: 3, c: 2 }, a: 1 }));
  });

  it('changes with a value, and with the order of a list', () => {
    expect(revisionOf({ a: 1 })).not.toBe(revisionOf({ a: 2 }));
    expect(revisionOf([1, 2])).not.toBe(revisionOf([2, 1]));
  });

  it('carries its scheme, by which it is told from one of Flagger', () => {
    expect(revisionOf({ a: 1 })).toMatch(/^v1:[0-9a-f]+$/);
    expect(isOwnRevision(revisionOf({}))).toBe(true);
    expect(isOwnRevision('5f8fd9c8f4')).toBe(false);
    expect(isOwnRevision(undefined)).toBe(false);
  });

  it('is shown without it', () => {
    expect(shortRevision('v1:0123456789abcdef')).toBe('0123456789');
  });

  it('stands on a primary that we made, and on no other', () => {
    const annotations = { 'sluice.dev/revision': 'v1:abc' };
    expect(primaryRevision(podinfoDeployment({ metadata: { annotations } }))).toBe('v1:abc');
    expect(primaryRevision(podinfoDeployment())).toBeUndefined();
  });
});

describe('a target whose generation did not move', () => {
  const target = podinfoDeployment({ metadata: { uid: 'u', generation: 4 } });
  const seen = { uid: 'u', generation: 4, revision: 'v1:seen' };

  it('is the revision that was seen, whatever new defaults of the API server make it read like', () => {
    expect(fencedRevision(target, 'v1:fresh', [undefined, seen])).toBe('v1:seen');
  });

  it('is read anew when the generation moved, or when it is another object of that name', () => {
    expect(fencedRevision(target, 'v1:fresh', [{ ...seen, generation: 3 }])).toBe('v1:fresh');
    expect(fencedRevision(target, 'v1:fresh', [{ ...seen, uid: 'other' }])).toBe('v1:fresh');
    expect(fencedRevision(target, 'v1:fresh', [])).toBe('v1:fresh');
  });
});

describe('ids', () => {
  it('of a run are the same after a crash, and others for another revision or another rest', () => {
    const id = runIdOf('uid', 'v1:a', '2026-01-01T00:00:00Z');
    expect(runIdOf('uid', 'v1:a', '2026-01-01T00:00:00Z')).toBe(id);
    expect(runIdOf('uid', 'v1:b', '2026-01-01T00:00:00Z')).not.toBe(id);
    expect(runIdOf('uid', 'v1:a', '2026-01-02T00:00:00Z')).not.toBe(id);
  });

  it('of deliveries keep their parts apart', () => {
    expect(deliveryIdOf(['a', 'b'])).not.toBe(deliveryIdOf(['ab']));
    expect(deliveryIdOf(['a', 1])).toBe(deliveryIdOf(['a', 1]));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyGateKey } from '../../../../test/contracts/gate-keys.ts';
import { formatGateKey, parseGateKey, readOldKey } from './gate-key.ts';

describe('the key of a gate or rollback switch', () => {
  it('is read back as what it was made from, so that no two share one', () => {
    fc.assert(
      fc.property(anyGateKey, (key) => {
        const text = formatGateKey(key);
        expect(parseGateKey(text)).toEqual(key);
        // What SQLite stores is UTF-8.
        expect(Buffer.from(text).toString()).toBe(text);
      }),
    );
  });

  it('keeps the gate of a canary named rollback.x apart from the rollback switch of x', () => {
    const gate = formatGateKey({ kind: 'gate', namespace: 'test', name: 'rollback.x' });
    expect(gate).not.toBe(formatGateKey({ kind: 'rollback', namespace: 'test', name: 'x' }));
    expect(gate).not.toBe(formatGateKey({ kind: 'gate', namespace: 'x.test', name: 'rollback' }));
  });

  it.each(['', 'podinfo.test', '[]', '["gate","test"]', '["door","test","x"]', '["gate",1,"x"]', 'null'])(
    'is not %j',
    (text) => {
      expect(parseGateKey(text)).toBeUndefined();
    },
  );

  it.each([
    ['podinfo.test', { kind: 'gate', namespace: 'test', name: 'podinfo' }],
    ['pod.info.test', { kind: 'gate', namespace: 'test', name: 'pod.info' }],
    ['rollback.podinfo.test', { kind: 'rollback', namespace: 'test', name: 'podinfo' }],
    ['rollback.test', { kind: 'gate', namespace: 'test', name: 'rollback' }],
  ])('of an older version, %s, is read', (text, key) => {
    expect(readOldKey(text)).toEqual(key);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRecord } from './json-read.ts';
import type { JsonRecord } from './json-read.ts';
import { applyMergePatch, covers, diffPatch, patchTo, sameJson, withoutAbsent } from './merge.ts';

const key = fc.oneof(
  fc.constantFrom('a', 'b', 'constructor', '__proto__', 'toString'),
  fc.string({ maxLength: 3 }),
);
const { value } = fc.letrec<{ value: unknown; record: JsonRecord }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, 1, 'x', ''),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('record'),
  ),
  record: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));
const record = fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });

describe('patchTo', () => {
  it('makes any object cover any wish, and then has nothing left to do', () => {
    fc.assert(
      fc.property(record, record, (current, desired) => {
        const patch = patchTo(current, desired);
        const after = patch === undefined ? current : applyMergePatch(current, patch);
        expect(isRecord(after) && covers(after, desired)).toBe(true);
        expect(isRecord(after) && patchTo(after, desired)).toBeUndefined();
      }),
    );
  });

  it('touches no key that is not wished for', () => {
    fc.assert(
      fc.property(record, record, (current, desired) => {
        for (const name of Object.keys(patchTo(current, desired) ?? {})) {
          expect(Object.hasOwn(desired, name)).toBe(true);
        }
      }),
    );
  });

  it('merges maps and replaces lists whole', () => {
    const current = { labels: { app: 'a', team: 'x' }, ports: [{ port: 80, nodePort: 30_000 }] };
    const desired = { labels: { app: 'b' }, ports: [{ port: 81 }] };
    expect(patchTo(current, desired)).toEqual({ labels: { app: 'b' }, ports: [{ port: 81 }] });
  });

  it('removes a key that is wished away, in a map and in an element of a list', () => {
    expect(patchTo({ a: 1, b: 2 }, { a: undefined })).toEqual({ a: null });
    const patch = patchTo(
      { rules: [{ weight: 1, timeouts: {} }] },
      { rules: [{ weight: 1, timeouts: undefined }] },
    );
    expect(JSON.stringify(patch)).toBe('{"rules":[{"weight":1}]}');
  });
});

describe('covers', () => {
  it('tolerates what the server defaulted, in elements of lists, too', () => {
    expect(
      covers({ ports: [{ port: 80, protocol: 'TCP' }], type: 'ClusterIP' }, { ports: [{ port: 80 }] }),
    ).toBe(true);
  });

  it('sees a list that grew or shrank', () => {
    expect(covers([1, 2], [1])).toBe(false);
    expect(covers([1], [1, 2])).toBe(false);
    expect(covers(undefined, [])).toBe(true);
    expect(covers([1], [])).toBe(false);
  });

  it('finds nothing to take away where there is nothing at all', () => {
    expect(covers({}, { annotations: { gone: undefined } })).toBe(true);
    expect(patchTo({}, { annotations: { gone: undefined } })).toBeUndefined();
    expect(covers({}, { annotations: { gone: undefined, here: 'yes' } })).toBe(false);
    expect(covers({}, { emptyDir: {} })).toBe(false);
  });

  it('does not find keys on the prototype', () => {
    expect(covers({}, { constructor: undefined, toString: undefined })).toBe(true);
  });
});

describe('diffPatch', () => {
  it('makes any object equal to any other, and then has nothing left to do', () => {
    fc.assert(
      fc.property(record, record, (current, desired) => {
        const patch = diffPatch(current, desired);
        const after = patch === undefined ? current : applyMergePatch(current, patch);
        expect(sameJson(after, desired)).toBe(true);
        expect(isRecord(after) && diffPatch(after, desired)).toBeUndefined();
      }),
    );
  });

  it('is empty for equal objects whatever the order of their keys', () => {
    fc.assert(
      fc.property(record, (current) => {
        const reversed = Object.fromEntries(Object.entries(current).toReversed());
        expect(diffPatch(current, reversed)).toBeUndefined();
      }),
    );
  });

  it('says null for what went away', () => {
    const current = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } };
    expect(diffPatch(current, { strategy: { type: 'Recreate' } })).toEqual({
      strategy: { type: 'Recreate', rollingUpdate: null },
    });
  });
});

describe('withoutAbsent', () => {
  it('keeps everything else', () => {
    expect(withoutAbsent({ a: undefined, b: [{ c: null, d: 0 }], e: '' })).toEqual({ b: [{ d: 0 }], e: '' });
  });
});

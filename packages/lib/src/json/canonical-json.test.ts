import fc from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalJson, hashJson } from './canonical-json.ts';

test('the order of keys does not matter, at any depth', () => {
  const one = { b: [{ y: 1, x: 2 }], a: null };
  const other = { a: null, b: [{ x: 2, y: 1 }] };
  expect(canonicalJson(one)).toBe('{"a":null,"b":[{"x":2,"y":1}]}');
  expect(canonicalJson(other)).toBe(canonicalJson(one));
  expect(hashJson(other)).toBe(hashJson(one));
});

test('the order of a list does matter', () => {
  expect(hashJson([1, 2])).not.toBe(hashJson([2, 1]));
});

test('an undefined field is as an absent one', () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  expect(canonicalJson(undefined)).toBe('null');
});

test('a key called __proto__ counts like any other', () => {
  const planted: unknown = JSON.parse('{"__proto__":{"a":1},"b":2}');
  expect(canonicalJson(planted)).toBe('{"__proto__":{"a":1},"b":2}');
});

test('the hash is tagged with its scheme and stays what it is', () => {
  expect(hashJson({})).toBe('v1:44136fa355b3678a');
});

test('reading the text back gives the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

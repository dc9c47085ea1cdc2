import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeAfter, staysInPlace } from './query-quotes.ts';
import type { QueryPlace } from './query-quotes.ts';

describe('the place in a query', () => {
  it.each<readonly [string, QueryPlace]>([
    ['', ''],
    ['sum(rate(x{pod="', '"'],
    ['sum(rate(x{pod="a"}', ''],
    [String.raw`x{a="\"`, '"'],
    [String.raw`x{a="\\"`, ''],
    ["x{a='", "'"],
    [`x{a='"`, "'"],
    ['x{a=`', '`'],
    ['x{a=`\\`', ''],
    ['x # it is "', '#'],
    ['x # it is "\n', ''],
    [`x{a="#`, '"'],
  ])('after %j is %j', (text, place) => {
    expect(placeAfter(text, '')).toBe(place);
  });

  it('is the same in one piece and in two', () => {
    const text = fc.string({ unit: fc.constantFrom('"', "'", '`', '\\', '#', '\n', 'a') });
    fc.assert(
      fc.property(text, text, (first, second) => {
        // A backslash at the end escapes what comes first in the second part.
        if (first.endsWith('\\')) return true;
        return placeAfter(first + second, '') === placeAfter(second, placeAfter(first, ''));
      }),
    );
  });
});

describe('a value', () => {
  it.each<readonly [string, QueryPlace, boolean]>([
    ['podinfo-primary', '"', true],
    ['foo.*|bar', '"', true],
    [String.raw`a\\d+`, '"', true],
    [String.raw`say \"hi\"`, '"', true],
    ['"} or up{a="', '"', false],
    ["it's", '"', true],
    ["it's", "'", false],
    ['end\\', '"', false],
    ['end\\\\', '"', true],
    ['a\nb', '"', false],
    ['a`b', '`', false],
    ['a\\', '`', true],
    ['0.99', '', true],
    ['5m', '', true],
    ['http_requests_total', '', true],
    ['job:rate:sum', '', true],
    ['', '', true],
    ['up or x', '', false],
    ['up-x', '', false],
    ['vector(1)', '', false],
    ['x{', '', false],
    ['#', '', false],
    ['anything', '#', true],
    ['x\nup', '#', false],
  ])('%j in place %j stays there: %s', (value, place, stays) => {
    expect(staysInPlace(value, place)).toBe(stays);
  });

  it('that stays leaves the rest of the query at the place where it was', () => {
    const text = fc.string({ unit: fc.constantFrom('"', "'", '`', '\\', '#', '\n', 'a', '{', ' ') });
    fc.assert(
      fc.property(text, fc.constantFrom<QueryPlace>('"', "'", '`', '#'), text, (value, place, rest) => {
        if (!staysInPlace(value, place)) return true;
        return placeAfter(value + rest, place) === placeAfter(rest, place);
      }),
    );
  });
});

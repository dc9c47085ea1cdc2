import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternOf, render } from '../../../../test/support/rigs/sticky-route.ts';

describe('the cookie of session affinity', () => {
  const isKept = (header: string, cookie = 'side=abc'): boolean => {
    const [rule] = render({ weight: 10, cookies: { canary: cookie } }).rules;
    return new RegExp(patternOf(rule) ?? '').test(header);
  };

  it.each(['side=abc', 'a=b; side=abc', 'side=abc; a=b', 'a=b;side=abc;c=d'])(
    'is found in "%s"',
    (header) => {
      expect(isKept(header)).toBe(true);
    },
  );

  it.each(['', 'side=abcd', 'inside=abc', 'side=x; a=abc', 'a="side=abc"', 'SIDE=abc'])(
    'is not found in "%s"',
    (header) => {
      expect(isKept(header)).toBe(false);
    },
  );

  it('may have any name that cookies may have: none of its characters is a pattern', () => {
    const names = fc.string({
      unit: fc.constantFrom(...Array.from("!#$%&'*+-.^_`|~aZ09[](){}?\\")),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(names, names, (name, other) => {
        expect(isKept(`x=y; ${name}=abc`, `${name}=abc`)).toBe(true);
        if (other !== name) expect(isKept(`${other}=abc`, `${name}=abc`)).toBe(false);
      }),
    );
  });
});

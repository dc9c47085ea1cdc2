import { describe, expect, it } from 'vitest';
import { wholeRe2 } from './whole-re2.ts';

describe('an expression for a whole text', () => {
  it.each([
    ['a|b', 'b', true],
    ['a|b', 'ab', false],
    ['(?i)beta', 'BETA', true],
    ['a.c', 'a\nc', false],
    ['a', 'a\n', false],
    ['(?m)a$', 'a\nb', false],
    ['', '', true],
    ['\\Qa|b\\E', 'a|b', true],
  ])('%j on %j is %s', (source, text, matches) => {
    expect(wholeRe2(source).test(text)).toBe(matches);
  });

  it('lets . match line ends when asked to', () => {
    expect(wholeRe2('a.c', { dotAll: true }).test('a\nc')).toBe(true);
  });

  // Prometheus wraps expressions, too, and refuses an open \Q for it.
  it.each(['a)|(b', '(', 'a(?=b)', '\\Qa'])('%j is refused', (source) => {
    expect(() => wholeRe2(source)).toThrow("is no regular expression in Go's syntax (RE2)");
  });
});

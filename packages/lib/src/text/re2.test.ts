import { describe, expect, it } from 'vitest';
import { compileRe2 } from './re2.ts';

describe('an expression of a user', () => {
  it.each([
    ['test', 'my-test-1', true],
    ['^test$', 'my-test-1', false],
    ['^(prod|test)$', 'prod', true],
    ['(?i)^PROD', 'production', true],
    ['^(?i:a)b$', 'AB', false],
    ['^team-[[:alpha:]]+$', 'team-blue', true],
    ['^\\pL+$', 'größe', true],
    ['^\\Qa.b\\E$', 'axb', false],
    ['^x$', 'x\n', false],
    ['a.c', 'a\nc', false],
    ['', 'anything', true],
  ])('%j on %j is %s, as in Go', (source, text, matches) => {
    expect(compileRe2(source).test(text)).toBe(matches);
  });

  it.each([
    ['an open group', '(', '"(" is no regular expression in Go\'s syntax (RE2): missing closing )'],
    ['a lookahead', 'a(?=b)', 'invalid or unsupported Perl syntax'],
    ['a lookbehind', '(?<=a)b', '"(?<=a)b" is no regular expression'],
    ['a back-reference', '(a)\\1', 'invalid escape sequence'],
    ['repeats of repeats', '((a{100}){100}){100}', 'invalid repeat count'],
    ['endless text', 'x'.repeat(10_001), 'is longer than 10000 characters'],
  ])('%s is an error that names it', (_, source, sentence) => {
    expect(() => compileRe2(source)).toThrow(sentence);
  });

  // A backtracking engine takes longer than the age of the universe for each: this test would not end.
  it.each([
    '^(a+)+$',
    '^(a|aa)+$',
    '(a*)*$.',
    '^(a|a?)+$',
    '(x+x+)+y|(a+a+)+b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
  ])('%s ends on a text made against it', (source) => {
    expect(compileRe2(source).test(`${'a'.repeat(253)}!`)).toBe(false);
  });
});

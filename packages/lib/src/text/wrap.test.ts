import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';
import { columnsOf, wrap } from './wrap.ts';

describe('a wrapped line', () => {
  it.each([
    ['a line that fits', 'one two', 10, ['one two']],
    ['a break at the last space that fits', 'one two three', 8, ['one two', 'three']],
    ['a word longer than a line', 'see https://example.org', 8, ['see', 'https://', 'example.', 'org']],
    ['wide characters', '漢字漢字', 5, ['漢字', '漢字']],
    ['nothing', '', 5, ['']],
    ['spaces between words', 'a  b', 9, ['a  b']],
  ])('is %s', (_what, text, columns, lines) => {
    expect(wrap(text, columns)).toEqual(lines);
  });

  it('begins with its prefix, and hangs below it', () => {
    expect(wrap('one two three four', 14, '├─ cause ', '│        ')).toEqual([
      '├─ cause one',
      '│        two',
      '│        three',
      '│        four',
    ]);
  });

  it('loses and invents no character, and is never wider than asked', () => {
    const words = fc.string({ unit: 'grapheme' }).map(printable);
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 40 }), (text, columns) => {
        const lines = wrap(text, columns, '> ', '  ');
        expect(lines.filter((line) => columnsOf(line) > columns)).toEqual([]);
        const kept = lines.map((line) => line.slice(2)).join('');
        expect(kept.replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

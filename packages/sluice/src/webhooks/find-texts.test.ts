import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findTexts } from './find-texts.ts';

/** Every place of every text, by looking at each place for each text. */
function searched(text: string, wanted: readonly string[]): readonly string[] {
  const places = Array.from({ length: text.length }, (_, start) => start);
  return places.flatMap((start) =>
    wanted.filter((one) => text.startsWith(one, start)).map((one) => `${start}-${start + one.length}`),
  );
}

it('finds what a search for each text finds; of those that end at one place the longest', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c') }), fc.array(letters), (text, wanted) => {
      const found = findTexts(text, wanted).map(({ start, end }) => `${start}-${end}`);
      const all = searched(text, wanted);
      expect(all).toEqual(expect.arrayContaining(found));
      const ends = (spans: readonly string[]) => new Set(spans.map((span) => span.split('-')[1]));
      expect(ends(found)).toEqual(ends(all));
      for (const span of all) {
        const [start, end] = span.split('-').map(Number);
        const longest = found.find((one) => one.endsWith(`-${end}`));
        expect(Number(longest?.split('-')[0])).toBeLessThanOrEqual(start ?? 0);
      }
    }),
  );
});

it('finds nothing when nothing is wanted', () => {
  expect(findTexts('text', [])).toEqual([]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

describe('the nearest name', () => {
  it.each([
    ['podinf', 'podinfo'],
    ['podifno', 'podinfo'],
    ['PodInfo', 'podinfo'],
    ['podinfo-canary', 'podinfo'],
    ['front', 'frontend'],
    ['backend', 'backend'],
    ['checkout', undefined],
    ['x', undefined],
    ['', 'frontend'],
  ])('of %j is %s', (name, nearest) => {
    expect(nearestName(name, ['podinfo', 'frontend', 'backend'])).toBe(nearest);
  });

  it('is found after up to three slips', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 8, maxLength: 30 });
    const slip = fc.tuple(fc.nat(), fc.constantFrom('delete', 'insert', 'change'));
    fc.assert(
      fc.property(letters, fc.array(slip, { maxLength: 3 }), (name, slips) => {
        let text = name;
        for (const [at, kind] of slips) {
          const index = at % text.length;
          const rest = text.slice(kind === 'insert' ? index : index + 1);
          text = `${text.slice(0, index)}${kind === 'delete' ? '' : 'x'}${rest}`;
        }
        expect(nearestName(text, ['zzzzzzzzzzzzzzzzzzzzzzzzzz', name])).toBe(name);
      }),
    );
  });
});

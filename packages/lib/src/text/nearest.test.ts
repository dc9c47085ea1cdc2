import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const commands = ['start', 'controller', 'tester', 'local', 'abort', 'adopt', 'version'];

describe('the name that was probably meant', () => {
  it.each([
    ['abrot', 'abort'],
    ['adpot', 'adopt'],
    ['Version', 'version'],
    ['contoller', 'controller'],
    ['test', 'tester'],
    ['promote', undefined],
    ['x', undefined],
    ['', undefined],
  ])('is for %j %j', (text, name) => {
    expect(nearest(text, commands)).toBe(name);
  });

  it('is the nearest one, not the first that is near enough', () => {
    expect(nearest('-namespacs', ['-namespaced', '-namespace'])).toBe('-namespace');
  });

  it('is a known name itself where the text is one', () => {
    fc.assert(fc.property(fc.constantFrom(...commands), (name) => nearest(name, commands) === name));
  });
});

import { resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inside, PathError } from './inside.ts';

describe('a name below a folder', () => {
  it.each([
    ['a', '/f/a'],
    ['a/b.txt', '/f/a/b.txt'],
    ['./a', '/f/a'],
    ['..a', '/f/..a'],
    ['a..', '/f/a..'],
    ['...', '/f/...'],
    ['a/', '/f/a/'],
    ['a/../b', '/f/b'],
  ])('%j is %s', (name, path) => {
    expect(inside('/f', name)).toBe(path);
  });

  it.each([
    '',
    '.',
    './',
    '..',
    '../x',
    '../../x',
    'a/../../x',
    '/etc/passwd',
    '/',
    'a/..',
    'a\0',
    '..//x',
    './..',
  ])('%j is refused', (name) => {
    expect(() => inside('/f', name)).toThrow(PathError);
  });

  it('stays below the folder, whatever it is, or is refused', () => {
    const part = fc.constantFrom('.', '..', '/', 'a', '\\', '~', ' ', '\0', '...');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const name = parts.join('');
        try {
          expect(resolve(inside('/f/g', name)).startsWith(`/f/g${sep}`)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(PathError);
        }
      }),
    );
  });
});

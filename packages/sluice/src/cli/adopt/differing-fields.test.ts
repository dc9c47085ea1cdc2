import { describe, expect, it } from 'vitest';
import { differingFields } from './differing-fields.ts';

const container = { name: 'podinfod', image: 'podinfo:1', env: [{ name: 'KEY', value: 'secret' }] };

describe('the fields that a patch would change', () => {
  it.each([
    [
      'an item of a list',
      { containers: [container] },
      { containers: [{ ...container, image: 'podinfo:2' }] },
      ['containers[0].image'],
    ],
    ['a field that would come', { a: 1 }, { b: 2 }, ['b']],
    ['a field that would go', { a: 1, b: 2 }, { a: null }, ['a']],
    ['a field that an item would lose', { list: [{ a: 1, b: 2 }] }, { list: [{ a: 1 }] }, ['list[0].b']],
    ['a list of another length', { list: [1] }, { list: [1, 2] }, ['list']],
    [
      'a key with dots',
      { labels: {} },
      { labels: { 'app.kubernetes.io/name': 'x' } },
      ['labels[app.kubernetes.io/name]'],
    ],
    ['nothing at all', { a: { b: [1] } }, { a: { b: [1] } }, []],
  ])('names %s, never its value', (_title, current, patch, fields) => {
    expect(differingFields(current, patch)).toEqual(fields);
  });
});

import { describe, expect, it } from 'vitest';
import { findCycles } from './find-cycles.ts';

const cyclesOf = (imports: Readonly<Record<string, readonly string[]>>) =>
  findCycles(new Map(Object.entries(imports)));

describe('cycles between files', () => {
  it('are none in a tree, nor where two files import a third', () => {
    expect(cyclesOf({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([]);
  });

  it('are found between two files, and over a longer way', () => {
    expect(cyclesOf({ a: ['b'], b: ['a'] })).toEqual([['a', 'b']]);
    expect(cyclesOf({ main: ['a'], a: ['b'], b: ['c'], c: ['a', 'd'], d: [] })).toEqual([['a', 'b', 'c']]);
  });

  it('are told apart', () => {
    expect(cyclesOf({ a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] })).toEqual([
      ['c', 'd'],
      ['a', 'b'],
    ]);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { formatGoDuration, parseGoDuration } from './duration.ts';
import { SluiceError } from '../errors/sluice-error.ts';

test.each([
  ['0', 0],
  ['-0', 0],
  ['5s', 5_000],
  ['30s', 30_000],
  ['1478s', 1_478_000],
  ['-5s', -5_000],
  ['+5s', 5_000],
  ['5.0s', 5_000],
  ['5.6s', 5_600],
  ['5.s', 5_000],
  ['.5s', 500],
  ['1.004s', 1_004],
  ['100ms', 100],
  ['1.5h', 5_400_000],
  ['1h2m3.5s', 3_723_500],
  ['3h30m', 12_600_000],
  ['-1m5s', -65_000],
  ['1s1h', 3_601_000],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['250μs', 0.25],
  ['10ns', 0.000_01],
])('%s is %d ms', (text, milliseconds) => {
  expect(parseGoDuration(text)).toBeCloseTo(milliseconds, 9);
});

test.each([
  '',
  '-',
  '+',
  '3',
  '1.5',
  's',
  '.',
  '.s',
  '1 s',
  ' 1s',
  '1s ',
  '1d',
  '1S',
  '--1s',
  '1s-1s',
  '1e3s',
])('%j is refused, and the message quotes it', (text) => {
  expect(() => parseGoDuration(text)).toThrow(SluiceError);
  expect(() => parseGoDuration(text)).toThrow(JSON.stringify(text));
});

test('a unit named like an object method is unknown', () => {
  expect(() => parseGoDuration('1toString')).toThrow('unknown unit "toString"');
});

test('what does not fit into 64 bits of nanoseconds is refused', () => {
  expect(parseGoDuration('2562047h')).toBe(2_562_047 * 3_600_000);
  expect(() => parseGoDuration('2562048h')).toThrow('invalid duration');
});

test.each([
  [0, '0s'],
  [100, '100ms'],
  [1_500, '1.5s'],
  [60_000, '1m0s'],
  [90_000, '1m30s'],
  [3_600_000, '1h0m0s'],
  [3_723_500, '1h2m3.5s'],
  [-65_000, '-1m5s'],
  [0.25, '250µs'],
])('%d ms prints as %s', (milliseconds, text) => {
  expect(formatGoDuration(milliseconds)).toBe(text);
});

test('whatever is printed reads back as the same duration', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (milliseconds) => {
      expect(parseGoDuration(formatGoDuration(milliseconds))).toBeCloseTo(milliseconds, 3);
    }),
  );
});

import { expect, test } from 'vitest';

import { SluiceError } from '../errors/sluice-error.ts';
import { formatGoFlags, parseGoFlags } from './go-flags.ts';

const flags = {
  'mesh-provider': { type: 'string', default: 'istio', help: 'service mesh provider' },
  threadiness: { type: 'int', default: 2, help: 'number of workers' },
  'enable-leader-election': { type: 'bool', default: false, help: 'elect a leader' },
  timeout: { type: 'duration', default: 30_000, help: 'request timeout' },
} as const;

test('without arguments every flag has its default', () => {
  const parsed = parseGoFlags(flags, []);
  expect(parsed.values).toEqual({
    'mesh-provider': 'istio',
    threadiness: 2,
    'enable-leader-election': false,
    timeout: 30_000,
  });
  expect(parsed.given.size).toBe(0);
});

test.each([
  [['-mesh-provider=kubernetes']],
  [['--mesh-provider=kubernetes']],
  [['-mesh-provider', 'kubernetes']],
  [['--mesh-provider', 'kubernetes']],
])('%j sets a string', (args) => {
  const parsed = parseGoFlags(flags, args);
  expect(parsed.values['mesh-provider']).toBe('kubernetes');
  expect([...parsed.given]).toEqual(['mesh-provider']);
});

test('a value may hold = and begin with a dash', () => {
  expect(parseGoFlags(flags, ['-mesh-provider=a=b']).values['mesh-provider']).toBe('a=b');
  expect(parseGoFlags(flags, ['-mesh-provider', '-x']).values['mesh-provider']).toBe('-x');
  expect(parseGoFlags(flags, ['-mesh-provider=']).values['mesh-provider']).toBe('');
});

test('the last of two wins', () => {
  expect(parseGoFlags(flags, ['-threadiness=3', '-threadiness=4']).values.threadiness).toBe(4);
});

test.each([
  ['5', 5],
  ['-5', -5],
  ['0x1f', 31],
  ['0b11', 3],
  ['0o17', 15],
  ['017', 15],
  ['1_000', 1000],
  ['0', 0],
])('the integer %s is %d', (text, value) => {
  expect(parseGoFlags(flags, [`-threadiness=${text}`]).values.threadiness).toBe(value);
});

test.each([
  [['-enable-leader-election'], true],
  [['-enable-leader-election=true'], true],
  [['-enable-leader-election=1'], true],
  [['-enable-leader-election=T'], true],
  [['-enable-leader-election=f'], false],
  [['-enable-leader-election=FALSE'], false],
])('%j sets a bool to %s', (args, value) => {
  expect(parseGoFlags(flags, args).values['enable-leader-election']).toBe(value);
});

test('a bool does not take the next argument, which ends the flags', () => {
  const parsed = parseGoFlags(flags, ['-enable-leader-election', 'false', '-threadiness=9']);
  expect(parsed.values['enable-leader-election']).toBe(true);
  expect(parsed.values.threadiness).toBe(2);
  expect(parsed.rest).toEqual(['false', '-threadiness=9']);
});

test('a duration is kept in milliseconds', () => {
  expect(parseGoFlags(flags, ['-timeout=1m30s']).values.timeout).toBe(90_000);
});

test('-- and a lone dash end the flags', () => {
  expect(parseGoFlags(flags, ['--', '-threadiness=9']).rest).toEqual(['-threadiness=9']);
  expect(parseGoFlags(flags, ['-', '-threadiness=9']).rest).toEqual(['-', '-threadiness=9']);
});

test.each([
  [['-nope'], 'flag provided but not defined: -nope'],
  [['--nope=1'], 'flag provided but not defined: -nope'],
  [['-toString'], 'flag provided but not defined: -toString'],
  [['-threadiness'], 'flag needs an argument: -threadiness'],
  [['-threadiness=two'], 'invalid value "two" for flag -threadiness: parse error'],
  [['-threadiness=1.5'], 'invalid value "1.5" for flag -threadiness: parse error'],
  [['-threadiness='], 'invalid value "" for flag -threadiness: parse error'],
  [['-timeout=10'], 'invalid value "10" for flag -timeout: parse error'],
  [['-enable-leader-election=yes'], 'invalid boolean value "yes" for -enable-leader-election: parse error'],
  [['---threadiness=1'], 'bad flag syntax: ---threadiness=1'],
  [['-=1'], 'bad flag syntax: -=1'],
])('%j is refused in the words of Go', (args, message) => {
  expect(() => parseGoFlags(flags, args)).toThrow(new SluiceError(message));
});

test.each([
  ['-mesh-provder=x', 'flag provided but not defined: -mesh-provder; did you mean -mesh-provider?'],
  ['--threadines', 'flag provided but not defined: -threadines; did you mean -threadiness?'],
])('%j is refused with the flag that was probably meant', (arg, message) => {
  expect(() => parseGoFlags(flags, [arg])).toThrow(new SluiceError(message));
});

test.each([['-h'], ['--help'], ['-help']])('%s asks for help', (flag) => {
  expect(parseGoFlags(flags, [flag, '-nope']).help).toBe(true);
});

test('the usage names each flag with type, help and a default that is not zero', () => {
  expect(formatGoFlags(flags, 80)).toEqual([
    '  -enable-leader-election',
    '        elect a leader',
    '  -mesh-provider string',
    '        service mesh provider (default "istio")',
    '  -threadiness int',
    '        number of workers (default 2)',
    '  -timeout duration',
    '        request timeout (default 30s)',
  ]);
});

test('the usage is wrapped, not cut, where the terminal is narrow', () => {
  expect(formatGoFlags({ 'mesh-provider': flags['mesh-provider'] }, 30)).toEqual([
    '  -mesh-provider string',
    '        service mesh provider',
    '        (default "istio")',
  ]);
});

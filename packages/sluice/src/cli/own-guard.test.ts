import { describe, expect, it } from 'vitest';
import { ownNames } from './own-guard.ts';

const pod = { POD_NAMESPACE: 'test', HOSTNAME: 'loadtester-5d7-x' };

describe('the names of a process', () => {
  it('are those of its Services in its namespace', () => {
    const isOwn = ownNames(pod, '');
    expect(['loadtester', 'any.test', 'any.test.svc'].map(isOwn)).toEqual([true, true, true]);
    expect(['', 'evil.example', 'any.other'].map(isOwn)).toEqual([false, false, false]);
  });

  it('are those that are allowed, too', () => {
    const isOwn = ownNames({}, 'Tester.example.com, *.internal.example');
    const names = ['tester.example.com', 'a.internal.example', 'b.a.internal.example'];
    expect(names.map(isOwn)).toEqual([true, true, true]);
    const others = ['internal.example', 'example.com', 'xtester.example.com', 'evilinternal.example', ''];
    expect(others.map(isOwn)).toEqual([false, false, false, false, false]);
  });

  it('are all there are with an asterisk', () => {
    expect(ownNames({}, '*')('evil.example')).toBe(true);
  });
});

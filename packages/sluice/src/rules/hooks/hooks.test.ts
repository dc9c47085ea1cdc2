import { describe, expect, it } from 'vitest';
import type { CanaryWebhook } from '../../api/canary.ts';
import { podinfoCanary } from '../../../../../test/support/rigs/podinfo-objects.ts';
import { hooksOf, hookTimeoutMs, pollIntervalMs } from './hooks.ts';

const hook = (parts: Partial<CanaryWebhook> = {}): CanaryWebhook => ({
  name: 'hook',
  url: 'http://receiver/',
  ...parts,
});

describe('hooks of one type', () => {
  const canary = podinfoCanary({
    analysis: {
      webhooks: [
        hook({ name: 'a', type: 'rollback' }),
        hook({ name: 'b' }),
        hook({ name: 'c', type: '' }),
        hook({ name: 'd', type: 'rollout' }),
        hook({ name: 'a', type: 'rollback' }),
      ],
    },
  });

  it('come in list order, each with its place', () => {
    expect(hooksOf(canary, 'rollback').map(({ name, index }) => [name, index])).toEqual([
      ['a', 0],
      ['a', 4],
    ]);
  });

  it('are rollout hooks when they name no type', () => {
    expect(hooksOf(canary, 'rollout').map(({ name }) => name)).toEqual(['b', 'c', 'd']);
  });

  it('are none of a canary without webhooks', () => {
    expect(hooksOf(podinfoCanary(), 'event')).toEqual([]);
  });
});

it.each([
  [undefined, 10_000],
  ['', 10_000],
  ['5', 10_000],
  ['5s', 5_000],
  ['2m', 120_000],
])('a timeout of %s is %i ms', (timeout, expected) => {
  expect(hookTimeoutMs(hook(timeout === undefined ? {} : { timeout }))).toBe(expected);
});

it.each([
  [undefined, 60_000],
  ['', 60_000],
  ['5s', 5_000],
  ['1s', 1_000],
])('a pollInterval of %s is %i ms at an interval of a minute', (pollInterval, expected) => {
  expect(pollIntervalMs(hook(pollInterval === undefined ? {} : { pollInterval }), 60_000)).toBe(expected);
});

it('nobody is asked more often than each second', () => {
  expect(pollIntervalMs(hook(), 100)).toBe(1_000);
});

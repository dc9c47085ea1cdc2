import { expect, it } from 'vitest';
import { podinfoCanary } from '../../../../../test/support/rigs/podinfo-objects.ts';
import { strategyOf } from './strategy.ts';

const match = [{ headers: { 'x-tester': { exact: 'yes' } } }];

it.each([
  ['canary', {}],
  ['canary', { match }],
  ['canary', { iterations: 0, match }],
  ['blue-green', { iterations: 3 }],
  ['blue-green', { iterations: 3, match: [] }],
  ['ab-testing', { iterations: 3, match }],
] as const)('the strategy is %s of %j', (strategy, analysis) => {
  expect(strategyOf(podinfoCanary({ analysis }).spec.analysis)).toBe(strategy);
});

import fc from 'fast-check';
import type { CanaryAnalysis } from '../../src/api/canary.ts';
import type { ScenarioOptions } from '../support/scenario.ts';
import type { WebhookShorthand } from '../support/scenario-objects.ts';

/** A canary of one strategy; the rest of it is drawn beside. */
export interface Strategy {
  readonly name: string;
  readonly provider?: string;
  readonly analysis: Partial<CanaryAnalysis>;
  readonly skipAnalysis?: true;
}

const match = [{ headers: { 'x-canary': { exact: 'always' } } }];

export const strategies: readonly Strategy[] = [
  { name: 'weights by step', analysis: { stepWeight: 25, maxWeight: 50 } },
  { name: 'a list of weights', analysis: { stepWeights: [10, 60, 100] } },
  { name: 'traffic back in steps', analysis: { stepWeights: [60], stepWeightPromotion: 40 } },
  { name: 'blue/green', analysis: { iterations: 2 } },
  { name: 'blue/green without a split', provider: 'kubernetes', analysis: { iterations: 2 } },
  { name: 'A/B', analysis: { iterations: 2, match } },
  { name: 'mirrored weights', analysis: { stepWeights: [50], mirror: true } },
  { name: 'mirrored blue/green', analysis: { iterations: 2, mirror: true } },
  {
    name: 'session affinity',
    analysis: { stepWeights: [30, 60], sessionAffinity: { cookieName: 'sluice', maxAge: 60 } },
  },
  { name: 'no analysis', analysis: { stepWeights: [50] }, skipAnalysis: true },
];

const gates: readonly WebhookShorthand[] = [
  ['confirm-rollout', '/confirm-rollout'],
  ['pre-rollout', '/pre'],
  ['pre-rollout', '/pre-too'],
  ['rollout', '/load'],
  ['rollout', '/load-too'],
  ['confirm-traffic-increase', '/traffic'],
  ['confirm-promotion', '/promotion'],
  ['rollback', '/switch'],
];

/** Paths of hooks that decide, and what each says when all is well. */
export const questionPaths: ReadonlyMap<string, number> = new Map(
  gates.map(([type, path]) => [path, type === 'rollback' ? 403 : 200]),
);

export interface World extends ScenarioOptions {
  readonly strategy: Strategy;
  readonly hooks: readonly WebhookShorthand[];
}

export function worldOf(
  strategy: Strategy,
  hooks: readonly WebhookShorthand[],
  own: {
    readonly analysis?: Partial<CanaryAnalysis>;
    readonly progressDeadlineSeconds?: number;
    readonly measured?: boolean;
  } = {},
): World {
  const metrics =
    own.measured === true ? [{ name: 'request-success-rate', thresholdRange: { min: 99 } }] : [];
  return {
    strategy,
    hooks: [...hooks, ['post-rollout', '/post'], ['event', '/event']],
    replies: { '/switch': 403 },
    ...(strategy.provider === undefined ? {} : { provider: strategy.provider }),
    analysis: { metrics, ...strategy.analysis, ...own.analysis },
    spec: {
      progressDeadlineSeconds: own.progressDeadlineSeconds ?? 60,
      ...(strategy.skipAnalysis === true ? { skipAnalysis: true } : {}),
    },
  };
}

export const allHooks = gates;

/** Any canary: any strategy, any of the hooks, some of the thresholds. */
export const world: fc.Arbitrary<World> = fc
  .record({
    strategy: fc.constantFrom(...strategies),
    hooks: fc.subarray([...gates], { minLength: 0 }),
    interval: fc.constantFrom('10s', '30s'),
    threshold: fc.constantFrom(1, 2, 3),
    ready: fc.constantFrom(50, 100),
    deadline: fc.constantFrom(30, 60),
    measured: fc.boolean(),
  })
  .map(({ strategy, hooks, interval, threshold, ready, deadline, measured }) => {
    const analysis = { interval, threshold, primaryReadyThreshold: ready, canaryReadyThreshold: ready };
    return worldOf(strategy, hooks, { analysis, progressDeadlineSeconds: deadline, measured });
  });

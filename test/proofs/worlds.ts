import fc from 'fast-check';
import type { CanaryAnalysis, CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, horizontalPodAutoscalers, secrets } from '@sluice/kube/objects/resources.ts';
import { configMap, reading, secret } from '../support/scenario/configs.ts';
import { scenarioHpa } from '../support/scenario/objects.ts';
import type { WebhookShorthand } from '../support/scenario/objects.ts';
import { edits } from './deeds/edits.ts';
import type { Left, Strategy, World } from './world.ts';
import { standings } from './standing.ts';

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
  {
    name: 'session affinity of both sides',
    analysis: {
      stepWeights: [30, 60],
      sessionAffinity: { cookieName: 'sluice', primaryCookieName: 'home', maxAge: 60 },
    },
  },
  { name: 'no analysis', analysis: { stepWeights: [50] }, skipAnalysis: true },
];

const gates: readonly WebhookShorthand[] = [
  ['confirm-rollout', '/confirm-rollout'],
  ['confirm-rollout', '/confirm-rollout-too'],
  ['pre-rollout', '/pre'],
  ['pre-rollout', '/pre-too'],
  ['rollout', '/load'],
  ['rollout', '/load-too'],
  ['confirm-traffic-increase', '/traffic'],
  ['confirm-traffic-increase', '/traffic-too'],
  ['confirm-promotion', '/promotion'],
  ['confirm-promotion', '/promotion-too'],
  ['rollback', '/switch'],
];

/** Paths of hooks that decide, and what each says when all is well. */
export const questionPaths: ReadonlyMap<string, number> = new Map(
  gates.map(([type, path]) => [path, type === 'rollback' ? 403 : 200]),
);

interface Particulars {
  readonly analysis?: Partial<CanaryAnalysis>;
  readonly progressDeadlineSeconds?: number;
  readonly measured?: boolean;
  /** The target reads ConfigMap `settings` and Secret `key`. */
  readonly configured?: boolean;
  /** `autoscalerRef` names a HorizontalPodAutoscaler. */
  readonly scaled?: boolean;
  readonly revertOnDeletion?: boolean;
}

const autoscalerRef = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  name: 'podinfo',
} as const satisfies CanarySpec['autoscalerRef'];

type Objects = readonly (readonly [ResourceType, AnyKubeObject])[];

const configs: Objects = [
  [configMaps, configMap('settings', { color: 'blue' })],
  [secrets, secret('key', { token: 'b25l' })],
];

export function worldOf(
  strategy: Strategy,
  hooks: readonly WebhookShorthand[],
  own: Particulars = {},
): World {
  const metrics =
    own.measured === true ? [{ name: 'request-success-rate', thresholdRange: { min: 99 } }] : [];
  return {
    strategy,
    hooks: [...hooks, ['post-rollout', '/post'], ['event', '/event']],
    replies: { '/switch': 403 },
    ...(strategy.provider === undefined ? {} : { provider: strategy.provider }),
    analysis: { metrics, ...strategy.analysis, ...own.analysis },
    ...(own.configured === true ? { target: reading('envFrom configMap', 'volume secret') } : {}),
    objects: [
      ...(own.configured === true ? configs : []),
      ...(own.scaled === true ? [[horizontalPodAutoscalers, scenarioHpa()] as const] : []),
    ],
    spec: {
      progressDeadlineSeconds: own.progressDeadlineSeconds ?? 60,
      ...(strategy.skipAnalysis === true ? { skipAnalysis: true } : {}),
      ...(own.scaled === true ? { autoscalerRef } : {}),
      ...(own.revertOnDeletion === true ? { revertOnDeletion: true } : {}),
    },
  };
}

export const allHooks = gates;

const sometimes = fc.integer({ min: 0, max: 3 }).map((number) => number === 3);

/** Any canary: any strategy, any of the hooks, some of the thresholds. */
export const newWorld: fc.Arbitrary<World> = fc
  .record({
    strategy: fc.constantFrom(...strategies),
    hooks: fc.subarray([...gates], { minLength: 0 }),
    interval: fc.constantFrom('10s', '30s'),
    threshold: fc.constantFrom(1, 2, 3),
    ready: fc.constantFrom(50, 100),
    deadline: fc.constantFrom(30, 60),
    measured: fc.boolean(),
    configured: sometimes,
    scaled: sometimes,
    revertOnDeletion: sometimes,
  })
  .map(({ strategy, hooks, interval, threshold, ready, deadline, ...own }) => {
    const analysis = { interval, threshold, primaryReadyThreshold: ready, canaryReadyThreshold: ready };
    return worldOf(strategy, hooks, { ...own, analysis, progressDeadlineSeconds: deadline });
  });

const left: fc.Arbitrary<Left> = fc.record({
  at: fc.constantFrom(...standings),
  released: fc.boolean(),
  awaited: fc.boolean(),
  edits: fc.array(fc.constantFrom(...edits), { maxLength: 3 }),
});

/** The same, and one in three was Flagger's before. */
export const world: fc.Arbitrary<World> = fc.oneof(
  { weight: 2, arbitrary: newWorld },
  { weight: 1, arbitrary: fc.tuple(newWorld, left).map(([drawn, behind]) => ({ ...drawn, left: behind })) },
);

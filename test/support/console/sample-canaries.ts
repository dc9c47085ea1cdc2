import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Approval, CanaryStatus, HookResult, Run } from '@sluice/sluice/api/canary-status.ts';

const minute = 60_000;

/** Canaries of every state that a page shows, as they stand at `now` (milliseconds). */
export function sampleCanaries(now: number): readonly AnyKubeObject[] {
  const ago = (minutes: number): string => new Date(now - minutes * minute).toISOString();
  return [
    waitingCanary(now),
    canary(
      'prod',
      'search',
      {
        ...status('Progressing', 30, ago(3)),
        failedChecks: 1,
        run: {
          ...run('a81ac02', 'acme/search:1.9.2', 'acme/search:1.9.3', ago(9)),
          step: 3,
          metrics: metrics(ago(0.5)),
        },
        hooks: [hook('load', 'rollout', 1, { outcome: 'passed', code: 200, at: ago(1), durationMs: 14_800 })],
        waiting: {
          step: 'advance',
          for: 'interval',
          message: 'the next check',
          since: ago(0.5),
          until: ago(-0.5),
        },
      },
      withSteps([10, 20, 30, 40, 50]),
    ),
    canary('stage', 'cart', {
      ...status('Failed', 0, ago(64)),
      failedChecks: 5,
      run: {
        ...run('b55e0aa', 'acme/cart:3.1.0', 'acme/cart:3.2.0', ago(80)),
        cause: 'request-duration was 812 ms, above 500 ms, 5 times of 5',
      },
      history: [
        past('b55e0aa', 'failed', 'acme/cart:3.2.0', ago(80), ago(64), 'request-duration was above 500 ms'),
      ],
      deadLetters: [
        {
          id: 'd-lost-1',
          kind: 'event',
          hook: 'slack',
          reason: 'no answer within 5 s, 3 tries',
          at: ago(60),
        },
      ],
    }),
    canary('stage', 'profile', {
      ...status('Succeeded', 0, ago(200)),
      run: run('c0ffee1', 'acme/profile:5.0.0', 'acme/profile:5.1.0', ago(230)),
      history: [
        past('bead002', 'succeeded', 'acme/profile:5.0.0', ago(5000), ago(4980)),
        past('c0ffee1', 'succeeded', 'acme/profile:5.1.0', ago(230), ago(200)),
      ],
      decisions: [
        {
          verb: 'approve',
          for: 'g-0000000001',
          hook: 'promo',
          by: 'bob@acme.example',
          verified: true,
          via: 'cli',
          reason: 'release 41',
          at: ago(205),
          run: 'run-c0ffee1',
          revision: 'v1:c0ffee1',
          result: 'done',
          message: 'approved: the new version gets all traffic',
          request: 'aaaaaaaaaaaaaaaa',
        },
      ],
    }),
    canary('stage', 'mail', { ...status('Initialized', 0, ago(3000)) }),
    canary('stage', 'frozen', {
      ...status('Succeeded', 0, ago(3000)),
      paused: { by: 'carol', verified: true, via: 'console', reason: 'month-end closing', at: ago(90) },
    }),
  ];
}

export const approvalId = 'g-01c9f2ab34';

/** A canary that waits for a promotion to be confirmed by people. */
export function waitingCanary(now: number): AnyKubeObject {
  const ago = (minutes: number): string => new Date(now - minutes * minute).toISOString();
  const approval: Approval = {
    id: approvalId,
    hook: 'promo',
    index: 2,
    type: 'confirm-promotion',
    run: 'run-7d4f9c',
    revision: 'v1:7d4f9c1e22',
    step: 3,
    since: ago(12),
    deadline: ago(-118),
    needed: 1,
    state: 'waiting',
  };
  return canary('prod', 'checkout', {
    ...status('WaitingPromotion', 20, ago(12)),
    run: {
      ...run('7d4f9c1e22', 'ghcr.io/acme/checkout:2.3.0', 'ghcr.io/acme/checkout:2.4.1', ago(25)),
      id: 'run-7d4f9c',
      step: 3,
      metrics: metrics(ago(0.5)),
      requestedBy: 'deploy-bot',
    },
    approvals: [approval],
    hooks: [
      hook('smoke', 'pre-rollout', 0, { outcome: 'passed', code: 200, at: ago(24), durationMs: 1100 }),
      hook('load', 'rollout', 1, {
        outcome: 'denied',
        code: 302,
        at: ago(13),
        durationMs: 14_800,
        attempts: 2,
      }),
      hook('stop', 'rollback', 3, {
        outcome: 'denied',
        code: 403,
        at: ago(0.2),
        durationMs: 12,
        message: 'closed',
      }),
    ],
    outbox: [
      {
        id: 'd-wait-1',
        kind: 'event',
        hook: 'slack',
        index: 4,
        phase: 'WaitingPromotion',
        message: 'waits for confirm-promotion',
        at: ago(12),
      },
    ],
    waiting: {
      step: 'ask-confirm-promotion',
      for: 'person',
      reason: 'ApprovalNeeded',
      name: 'promo',
      message: 'confirm-promotion: alice or group sre must approve',
      since: ago(12),
      until: ago(-118),
    },
  });
}

const webhooks = [
  { name: 'smoke', type: 'pre-rollout', url: 'http://tester.prod/smoke' },
  { name: 'load', type: 'rollout', url: 'http://tester.prod/load' },
  {
    name: 'promo',
    type: 'confirm-promotion',
    approval: { approvers: { users: ['alice', 'local-admin'], groups: ['sre'] }, deadline: '120m' },
  },
  { name: 'stop', type: 'rollback', url: 'http://tester.prod/rollback/check' },
  { name: 'slack', type: 'event', url: 'https://hooks.chat.example/T000/B000/secret?token=hunter2' },
];

export const canary = (
  namespace: string,
  name: string,
  ofStatus?: object,
  spec: object = {},
): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { namespace, name },
  spec: {
    provider: 'gatewayapi:v1',
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    service: { port: 80 },
    analysis: {
      interval: '1m',
      threshold: 5,
      stepWeights: [5, 10, 20],
      metrics: [
        { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' },
        { name: 'request-duration', thresholdRange: { max: 500 }, interval: '1m' },
      ],
      webhooks,
    },
    ...spec,
  },
  ...(ofStatus === undefined ? {} : { status: ofStatus }),
});

const withSteps = (stepWeights: readonly number[]): object => {
  const { spec } = canary('', '');
  return { analysis: { ...(spec as { readonly analysis: object }).analysis, stepWeights } };
};

const status = (
  phase: CanaryStatus['phase'],
  canaryWeight: number,
  lastTransitionTime: string,
): CanaryStatus => ({
  phase,
  canaryWeight,
  failedChecks: 0,
  iterations: 0,
  lastTransitionTime,
});

const run = (revision: string, before: string, after: string, startedAt: string): Run => ({
  id: `run-${revision}`,
  revision: `v1:${revision}`,
  targetUid: 'uid',
  targetGeneration: 2,
  startedAt,
  phaseSince: startedAt,
  step: 0,
  round: 4,
  oldImages: [`app=${before}`],
  newImages: [`app=${after}`],
});

const metrics = (at: string): NonNullable<Run['metrics']> => [
  { name: 'request-success-rate', verdict: 'passed', value: 99.82, message: '99.82 is at least 99', at },
  { name: 'request-duration', verdict: 'passed', value: 212, message: '212 is at most 500', at },
];

const hook = (name: string, type: string, index: number, more: Partial<HookResult>): HookResult => ({
  name,
  type,
  index,
  id: `d-${name}-${index}`,
  outcome: 'passed',
  attempts: 1,
  durationMs: 30,
  step: 2,
  at: '2026-01-01T00:00:00Z',
  ...more,
});

const past = (
  revision: string,
  result: string,
  image: string,
  startedAt: string,
  endedAt: string,
  cause?: string,
) => ({
  id: `run-${revision}`,
  revision: `v1:${revision}`,
  result,
  startedAt,
  endedAt,
  images: [`app=${image}`],
  ...(cause === undefined ? {} : { cause }),
});

import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';

export const namespace = 'bench';

export interface Strategy {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly analysis: Readonly<Record<string, unknown>>;
  /** Beside `rollback`, which says no: types of hooks that ask `/gate`. */
  readonly gates?: readonly string[];
}

/** Two weight steps with a metric and a rollout hook: what a canary of every team looks like. */
export const weights: Strategy = {
  name: 'weights 25, 50',
  spec: {},
  analysis: { stepWeight: 25, maxWeight: 50 },
};
export const strategies: readonly Strategy[] = [
  weights,
  {
    name: 'A/B, 2 iterations',
    spec: {},
    analysis: { iterations: 2, match: [{ headers: { 'x-tester': { exact: 'yes' } } }] },
  },
  {
    name: 'blue/green, 2 iterations',
    spec: { provider: 'kubernetes' },
    analysis: { iterations: 2 },
  },
  { name: 'skipAnalysis', spec: { skipAnalysis: true }, analysis: { stepWeight: 25, maxWeight: 50 } },
];
/** Without analysis after its gate, so that a round takes seconds. Flagger knows no `pollInterval` and ignores it. */
export const gated: Strategy = {
  name: 'gate',
  spec: { skipAnalysis: true },
  analysis: { stepWeight: 50 },
  gates: ['confirm-rollout'],
};

export const deploymentOf = (name: string, image: string): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'podinfod', image, ports: [{ containerPort: 9898, name: 'http' }] }] },
    },
  },
});

export const canaryOf = (name: string, strategy: Strategy, hooks: string): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name, namespace },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    service: { port: 9898, gatewayRefs: [{ name: 'gateway' }] },
    ...strategy.spec,
    analysis: {
      interval: '10s',
      threshold: 5,
      metrics: [{ name: 'success', query: 'sum(up)', thresholdRange: { min: 99 }, interval: '1m' }],
      webhooks: [
        { name: 'load', type: 'rollout', url: `${hooks}/load` },
        { name: 'rollback', type: 'rollback', url: `${hooks}/rollback` },
        ...(strategy.gates ?? []).map((type) => ({
          name: type,
          type,
          url: `${hooks}/gate`,
          pollInterval: '1s',
        })),
      ],
      ...strategy.analysis,
    },
  },
});

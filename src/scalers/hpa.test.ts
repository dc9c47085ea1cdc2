import { describe, expect, it } from 'vitest';
import { describeScalerContract } from '../../test/contracts/scaler.ts';
import { podinfoCanary } from '../../test/support/podinfo-objects.ts';
import type { AnyKubeObject } from '../api/kube-object.ts';
import { asRecord } from '../lib/json-read.ts';
import { hpa } from './hpa.ts';
import { findScaler } from './index.ts';

const autoscalerRef = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  name: 'podinfo',
} as const;
const canary = podinfoCanary({ spec: { autoscalerRef } });

const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
const requests = (selector: Readonly<Record<string, unknown>>) => ({
  type: 'Pods',
  pods: {
    metric: { name: 'requests_per_second', ...selector },
    target: { type: 'AverageValue', averageValue: '100' },
  },
});
const container = {
  type: 'ContainerResource',
  containerResource: {
    name: 'cpu',
    container: 'podinfod',
    target: { type: 'Utilization', averageUtilization: 70 },
  },
};

const scaler = (spec: Readonly<Record<string, unknown>>): AnyKubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: {
    name: 'podinfo',
    namespace: 'test',
    uid: 'hpa-uid',
    resourceVersion: '7',
    labels: { team: 'x' },
  },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }, ...spec },
  status: { currentReplicas: 3, desiredReplicas: 3 },
});

describeScalerContract('HorizontalPodAutoscaler', () => ({
  scaler: hpa,
  canary,
  object: scaler({
    minReplicas: 3,
    maxReplicas: 10,
    metrics: [cpu(99), requests({ selector: { matchLabels: { app: 'podinfo' } } }), container],
    behavior: { scaleDown: { stabilizationWindowSeconds: 300 }, scaleUp: { selectPolicy: 'Max' } },
  }),
  changed: scaler({
    minReplicas: 4,
    maxReplicas: 12,
    metrics: [cpu(80), requests({}), container],
    behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
  }),
  scaling: (object) => {
    const { metrics, behavior } = asRecord(object['spec']);
    return { metrics, behavior };
  },
}));

describe('a HorizontalPodAutoscaler', () => {
  it('is found by its kind, exactly', () => {
    expect(findScaler('HorizontalPodAutoscaler')).toBe(hpa);
    expect(findScaler('horizontalpodautoscaler')).toBeUndefined();
  });

  it('has one replica at least unless it says otherwise', () => {
    expect(hpa.minReplicas(scaler({ maxReplicas: 4 }))).toBe(1);
    expect(hpa.minReplicas(scaler({ minReplicas: 0, maxReplicas: 4 }))).toBe(0);
    expect(hpa.render(scaler({ maxReplicas: 4 }), undefined, { canary })).toMatchObject({
      spec: { minReplicas: 1, maxReplicas: 4 },
    });
  });

  it('is written as autoscaling/v2, also where the Canary names an older version', () => {
    const older = podinfoCanary({
      spec: { autoscalerRef: { ...autoscalerRef, apiVersion: 'autoscaling/v2beta2' } },
    });
    expect(hpa.render(scaler({ maxReplicas: 4 }), undefined, { canary: older }).apiVersion).toBe(
      'autoscaling/v2',
    );
  });

  it('is never paused: it leaves a target at zero alone', () => {
    const object = scaler({ maxReplicas: 4 });
    expect([hpa.pausePatch(object), hpa.resumePatch(object)]).toEqual([undefined, undefined]);
  });

  it('loses a policy that the original has lost, and a selector inside of its metrics', () => {
    const before = scaler({
      maxReplicas: 4,
      metrics: [requests({ selector: { matchLabels: { a: 'b' } } })],
      behavior: { scaleUp: {} },
    });
    const after = hpa.render(scaler({ maxReplicas: 4, metrics: [requests({})] }), before, { canary });
    expect(after['spec']).toMatchObject({ behavior: undefined });
    expect(after['spec']).toHaveProperty('metrics.0.pods.metric.selector', undefined);
  });
});

import { describe, expect, it } from 'vitest';
import { describeScalerContract } from '../../../../test/contracts/scaler.ts';
import { podinfoCanary } from '../../../../test/support/rigs/podinfo-objects.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { patchTo } from '@sluice/lib/json/merge.ts';
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

/** As Kubernetes writes each kind of metric that there is. */
const metricKinds: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Resource: cpu(60),
  ContainerResource: container,
  Pods: requests({ selector: { matchLabels: { app: 'podinfo' } } }),
  Object: {
    type: 'Object',
    object: {
      describedObject: { apiVersion: 'v1', kind: 'Service', name: 'podinfo' },
      metric: { name: 'requests_per_second' },
      target: { type: 'Value', value: '10k' },
    },
  },
  External: {
    type: 'External',
    external: {
      metric: { name: 'queue_length', selector: { matchLabels: { queue: 'podinfo' } } },
      target: { type: 'AverageValue', averageValue: '30' },
    },
  },
};

describe('a metric of a HorizontalPodAutoscaler', () => {
  it.each(Object.keys(metricKinds))(
    'of type %s measures for the primary what it measures for the target',
    (kind) => {
      const source = scaler({ maxReplicas: 4, metrics: [metricKinds[kind]] });
      const rendered = hpa.render(source, undefined, { canary });
      expect(asRecord(rendered['spec'])['metrics']).toEqual([metricKinds[kind]]);
      const again = hpa.render(source, { ...source, spec: rendered['spec'] }, { canary });
      expect(patchTo(asRecord(rendered['spec']), asRecord(again['spec']))).toBeUndefined();
    },
  );

  it('of any type can take the place of another one, and nothing of that one stays', () => {
    const kinds = Object.values(metricKinds);
    for (const [index, metric] of kinds.entries()) {
      const existing = scaler({ maxReplicas: 4, metrics: [kinds.at(index - 1), cpu(50)] });
      const wanted = hpa.render(scaler({ maxReplicas: 4, metrics: [metric] }), existing, { canary });
      const patch = patchTo(existing, { spec: wanted['spec'] });
      expect(asRecord(patch?.['spec'])['metrics']).toEqual([metric]);
    }
  });
});

describe('the behavior of a HorizontalPodAutoscaler', () => {
  it('is copied whole: windows, policies and tolerance', () => {
    const behavior = {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [
          { type: 'Percent', value: 100, periodSeconds: 15 },
          { type: 'Pods', value: 4, periodSeconds: 15 },
        ],
      },
      scaleDown: { selectPolicy: 'Disabled', tolerance: '50m' },
    };
    const rendered = hpa.render(scaler({ maxReplicas: 4, behavior }), undefined, { canary });
    expect(asRecord(rendered['spec'])['behavior']).toEqual(behavior);
  });
});

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

import { describe, expect, it } from 'vitest';
import { describeScalerContract } from '../../../../test/contracts/scaler.ts';
import { podinfoCanary } from '../../../../test/support/rigs/podinfo-objects.ts';
import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { withoutAbsent } from '@sluice/lib/json/merge.ts';
import { findScaler } from './index.ts';
import { scaledObject } from './scaled-object.ts';

type AutoscalerRef = NonNullable<Canary['spec']['autoscalerRef']>;
type Fields = Readonly<Record<string, unknown>>;

const canaryWith = (more: Partial<AutoscalerRef> = {}): Canary =>
  podinfoCanary({
    spec: {
      autoscalerRef: { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'podinfo', ...more },
    },
  });
const canary = canaryWith();

const requests = (query: string, more: Fields = {}) => ({
  type: 'prometheus',
  name: 'requests',
  metadata: { serverAddress: 'http://prometheus:9090', threshold: '100', query },
  ...more,
});
const cpu = { type: 'cpu', metricType: 'Utilization', metadata: { value: '60' } };

const scaler = (spec: Fields, metadata: Partial<AnyKubeObject['metadata']> = {}): AnyKubeObject => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'podinfo', namespace: 'test', uid: 'keda-uid', resourceVersion: '7', ...metadata },
  spec: {
    scaleTargetRef: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'podinfo',
      envSourceContainerName: 'podinfod',
    },
    ...spec,
  },
  status: { externalMetricNames: ['s0-prometheus'] },
});

const specOf = (object: AnyKubeObject) => asRecord(withoutAbsent(object['spec']));
const queryOf = (query: string, of: Canary = canary): unknown => {
  const { triggers } = specOf(
    scaledObject.render(scaler({ triggers: [requests(query)] }), undefined, { canary: of }),
  );
  return asRecord(asRecord((triggers as readonly unknown[])[0])['metadata'])['query'];
};

describeScalerContract('ScaledObject', () => ({
  scaler: scaledObject,
  canary,
  object: scaler(
    {
      minReplicaCount: 3,
      maxReplicaCount: 10,
      pollingInterval: 15,
      cooldownPeriod: 60,
      fallback: { failureThreshold: 3, replicas: 6 },
      advanced: {
        restoreToOriginalReplicaCount: true,
        horizontalPodAutoscalerConfig: { behavior: { scaleDown: {} } },
      },
      triggers: [requests('up', { authenticationRef: { name: 'prometheus' } }), cpu],
    },
    { annotations: { note: 'x' } },
  ),
  changed: scaler({
    minReplicaCount: 4,
    maxReplicaCount: 12,
    pollingInterval: 30,
    advanced: { restoreToOriginalReplicaCount: false },
    triggers: [requests('up'), cpu],
  }),
  scaling: (object) => {
    const { scaleTargetRef: _target, minReplicaCount: _min, maxReplicaCount: _max, ...rest } = specOf(object);
    return rest;
  },
}));

describe('a ScaledObject', () => {
  it('is found by its kind, exactly', () => {
    expect(findScaler('ScaledObject')).toBe(scaledObject);
    expect(findScaler('scaledobject')).toBeUndefined();
  });

  it('goes to zero and to a hundred unless it says otherwise, and says no more of it than its original', () => {
    const bare = scaler({ triggers: [cpu] });
    expect([scaledObject.minReplicas(bare), scaledObject.maxReplicas(bare)]).toEqual([0, 100]);
    const primary = specOf(scaledObject.render(bare, undefined, { canary }));
    expect(Object.keys(primary).toSorted()).toEqual(['scaleTargetRef', 'triggers']);
  });

  it('keeps the primary from idling while it must hold what it has, and lets it idle again', () => {
    const idle = scaler({ idleReplicaCount: 0, minReplicaCount: 2, triggers: [cpu] });
    const atRest = scaledObject.render(idle, undefined, { canary });
    expect(specOf(atRest)).toMatchObject({ idleReplicaCount: 0, minReplicaCount: 2 });
    const held = scaledObject.render(idle, atRest, { canary, atLeast: 4 });
    expect(held['spec']).toMatchObject({ idleReplicaCount: undefined, minReplicaCount: 4 });
    expect(specOf(scaledObject.render(idle, held, { canary }))).toMatchObject({ idleReplicaCount: 0 });
  });

  it('gives the HorizontalPodAutoscaler behind the primary a name of its own, where it is named', () => {
    const advanced = { horizontalPodAutoscalerConfig: { name: 'podinfo', behavior: {} } };
    const primary = scaledObject.render(scaler({ advanced, triggers: [cpu] }), undefined, { canary });
    expect(specOf(primary)['advanced']).toEqual({
      horizontalPodAutoscalerConfig: { name: 'podinfo-primary', behavior: {} },
    });
  });

  it("does not copy KEDA's own label, which KEDA would put right each time", () => {
    const labels = { team: 'x', 'scaledobject.keda.sh/name': 'podinfo' };
    const primary = scaledObject.render(scaler({ triggers: [cpu] }, { labels }), undefined, { canary });
    expect(primary.metadata.labels).toEqual({ team: 'x' });
  });

  it('keeps its authentication, its fallback and what KEDA may learn one day', () => {
    const triggers = [
      requests('up', { authenticationRef: { kind: 'ClusterTriggerAuthentication', name: 'a' } }),
    ];
    const fields = { triggers, fallback: { failureThreshold: 2, replicas: 5 }, somethingNew: { deep: [1] } };
    expect(specOf(scaledObject.render(scaler(fields), undefined, { canary }))).toMatchObject(fields);
  });
});

describe('the query of a trigger', () => {
  it.each([
    ['sum(rate(requests{app="podinfo"}[1m]))', 'sum(rate(requests{app="podinfo-primary"}[1m]))'],
    ['requests{app="podinfo-canary"}', 'requests{app="podinfo-primary"}'],
    [
      'requests{pod=~"podinfo-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"}',
      'requests{pod=~"podinfo-primary-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"}',
    ],
    ['requests{cluster="test_podinfo-canary_9898"}', 'requests{cluster="test_podinfo-primary_9898"}'],
    ['requests{app="podinfo-primary"}', 'requests{app="podinfo-primary"}'],
    ['requests{app=~"podinfo2|mypodinfo"}', 'requests{app=~"podinfo2|mypodinfo"}'],
  ])('names the primary in place of the target: %s', (query, expected) => {
    expect(queryOf(query)).toBe(expected);
  });

  it('is the one that primaryScalerQueries has for its name; the others are left as they are', () => {
    const named = canaryWith({ primaryScalerQueries: { requests: 'sum(podinfo_primary)' } });
    expect(queryOf('requests{app="podinfo"}', named)).toBe('sum(podinfo_primary)');
    const other = canaryWith({ primaryScalerQueries: { latency: 'x' } });
    expect(queryOf('requests{app="podinfo"}', other)).toBe('requests{app="podinfo"}');
  });
});

describe('the pause of a ScaledObject', () => {
  const pausedAt = (value: string) =>
    scaler({ triggers: [cpu] }, { annotations: { 'autoscaling.keda.sh/paused-replicas': value } });
  const annotated = (value: string | null) => ({
    metadata: { annotations: { 'autoscaling.keda.sh/paused-replicas': value } },
  });

  it('holds its workload at zero, and is written once', () => {
    expect(scaledObject.pausePatch(scaler({}))).toEqual(annotated('0'));
    expect(scaledObject.pausePatch(pausedAt('5'))).toEqual(annotated('0'));
    expect(scaledObject.pausePatch(pausedAt('0'))).toBeUndefined();
  });

  it('is taken away, once; a pause at a size is left to who wished it', () => {
    expect(scaledObject.resumePatch(pausedAt('0'))).toEqual(annotated(null));
    expect(scaledObject.resumePatch(pausedAt('3'))).toBeUndefined();
    expect(scaledObject.resumePatch(scaler({}))).toBeUndefined();
  });

  it('is not handed on to the primary', () => {
    const primary = scaledObject.render(pausedAt('0'), undefined, { canary });
    expect(primary.metadata.annotations ?? {}).toEqual({});
  });
});

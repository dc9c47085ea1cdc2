import { describe, expect, it } from 'vitest';
import { podinfoCanary } from '../../../../../test/support/rigs/podinfo-objects.ts';
import type { AnyKubeObject, OwnerReference } from '@sluice/kube/objects/kube-object.ts';
import { obsoleteScalers } from './obsolete-scalers.ts';
import { ownerReferenceTo } from './ownership.ts';

const canary = podinfoCanary();
const ours = ownerReferenceTo(canary);
const scaler = (kind: string, name: string, owner?: OwnerReference): AnyKubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'test', ...(owner === undefined ? {} : { ownerReferences: [owner] }) },
});
const hpa = scaler('HorizontalPodAutoscaler', 'podinfo-primary', ours);
const keda = scaler('ScaledObject', 'podinfo-primary', ours);

describe('a scaler that was made for the primary is obsolete', () => {
  it.each([
    ['when autoscalerRef was taken out', undefined, [hpa, keda]],
    ['when autoscalerRef names another kind', { kind: 'ScaledObject', name: 'podinfo-primary' }, [hpa]],
    [
      'when autoscalerRef names another scaler',
      { kind: 'HorizontalPodAutoscaler', name: 'x-primary' },
      [hpa, keda],
    ],
    [
      'never while it is the one that is wanted',
      { kind: 'HorizontalPodAutoscaler', name: 'podinfo-primary' },
      [keda],
    ],
  ])('%s', (_case, wanted, obsolete) => {
    expect(obsoleteScalers(canary, [hpa, keda], wanted)).toEqual(obsolete);
  });

  it('never when somebody else made it: a person, another Canary, or one of the same name before it', () => {
    const others = [
      scaler('HorizontalPodAutoscaler', 'podinfo-primary'),
      scaler('HorizontalPodAutoscaler', 'podinfo-primary', { ...ours, uid: 'other' }),
      scaler('HorizontalPodAutoscaler', 'podinfo-primary', { ...ours, controller: false }),
    ];
    expect(obsoleteScalers(canary, others, undefined)).toEqual([]);
  });
});

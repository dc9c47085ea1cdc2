import { describe, expect, it } from 'vitest';
import { deployments, horizontalPodAutoscalers, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { initialized } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { deploymentNamed, scenarioCanary, scenarioHpa } from '../support/scenario/objects.ts';

const namespace = 'test';
const ref = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name }) as const;
const autoscalerRef = (name: string) =>
  ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name }) as const;

function canaryOf(name: string, spec: Partial<CanarySpec>): AnyKubeObject {
  return { ...scenarioCanary({ spec }), metadata: { name, namespace } };
}

interface Claim {
  readonly name: string;
  readonly younger: AnyKubeObject;
  readonly objects?: readonly (readonly [ResourceType, AnyKubeObject])[];
  /** Of the older one. */
  readonly spec?: Partial<CanarySpec>;
}

const gatewayRefs = [{ name: 'gateway' }];
const claims: readonly Claim[] = [
  { name: 'the target', younger: canaryOf('copy', {}) },
  {
    name: 'the target, under another apex name',
    younger: canaryOf('copy', { service: { name: 'copy', port: 9898, gatewayRefs } }),
  },
  {
    name: 'the primary as its target',
    younger: canaryOf('copy', {
      targetRef: ref('podinfo-primary'),
      service: { name: 'copy', port: 9898, gatewayRefs },
    }),
  },
  {
    name: 'the apex service',
    younger: canaryOf('copy', {
      targetRef: ref('other'),
      service: { name: 'podinfo', port: 9898, gatewayRefs },
    }),
    objects: [[deployments, deploymentNamed('other')]],
  },
  {
    name: 'a side of the service as its apex',
    younger: canaryOf('copy', {
      targetRef: ref('other'),
      service: { name: 'podinfo-canary', port: 9898, gatewayRefs },
    }),
    objects: [[deployments, deploymentNamed('other')]],
  },
  {
    name: 'the scaler',
    spec: { autoscalerRef: autoscalerRef('podinfo') },
    younger: canaryOf('copy', { targetRef: ref('other'), autoscalerRef: autoscalerRef('podinfo') }),
    objects: [
      [deployments, deploymentNamed('other')],
      [horizontalPodAutoscalers, scenarioHpa()],
    ],
  },
];

const statusOf = ({ store }: Scenario, name: string) =>
  asRecord(store.get(canaries, { namespace, name })?.['status']);
const conditionOf = (scenario: Scenario, name: string, type: string) =>
  ((statusOf(scenario, name)['conditions'] ?? []) as { type: string; message?: string }[]).find(
    (condition) => condition.type === type,
  );

describe('two Canaries that claim', () => {
  it.each(claims.map((claim) => [claim.name, claim] as const))(
    '%s: the younger one is Invalid, names the other, and touches nothing',
    async (_name, { younger, objects = [], spec }) => {
      const scenario = await initialized({
        hooks: [['confirm-promotion', '/gate']],
        replies: { '/gate': 403 },
        objects,
        ...(spec === undefined ? {} : { spec }),
      });
      await scenario.clock.advance('5s');
      scenario.store.create(canaries, younger);
      scenario.api.takeRequests();
      scenario.ship('podinfo:2');
      await scenario.reaches('WaitingPromotion');
      expect(conditionOf(scenario, 'copy', 'Invalid')?.message).toContain('podinfo');
      expect(statusOf(scenario, 'copy')['phase']).toBe('');
      // A gate that is closed stays closed, and nobody fights over anything.
      await scenario.clock.advance('2m');
      scenario.api.takeRequests();
      await scenario.clock.advance('1m');
      expect(scenario.api.takeRequests().filter((name) => !name.startsWith('GET ')).length).toBeLessThan(20);
      expect(scenario.status().phase).toBe('WaitingPromotion');
      expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    },
  );

  it('the same: when the older goes, the younger takes over in peace', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    scenario.store.create(canaries, canaryOf('copy', {}));
    await scenario.until(() => conditionOf(scenario, 'copy', 'Invalid') !== undefined, 5_000);
    scenario.store.delete(canaries, { namespace, name: 'podinfo' });
    await scenario.until(() => statusOf(scenario, 'copy')['phase'] === 'Initialized', 120_000);
    expect(conditionOf(scenario, 'copy', 'Invalid')).toBeUndefined();
    expect(scenario.store.get(services, { namespace, name: 'podinfo' })).toBeDefined();
  });

  it('the same: the younger one is deleted without a change of what the older one serves', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    const copy = canaryOf('copy', { revertOnDeletion: true });
    const finalizers = ['finalizer.flagger.app'];
    scenario.store.create(canaries, { ...copy, metadata: { ...copy.metadata, finalizers } });
    await scenario.until(() => conditionOf(scenario, 'copy', 'Invalid') !== undefined, 5_000);
    const before = scenario.store.get(services, { namespace, name: 'podinfo' })?.['spec'];
    scenario.store.delete(canaries, { namespace, name: 'copy' });
    await scenario.until(
      () => scenario.store.get(canaries, { namespace, name: 'copy' }) === undefined,
      5_000,
    );
    await scenario.clock.advance('10s');
    expect(scenario.store.get(services, { namespace, name: 'podinfo' })?.['spec']).toEqual(before);
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('nothing of each other are both served', async () => {
    const scenario = await initialized({ objects: [[deployments, deploymentNamed('other')]] });
    scenario.store.create(canaries, canaryOf('copy', { targetRef: ref('other') }));
    await scenario.until(() => statusOf(scenario, 'copy')['phase'] === 'Initialized', 60_000);
  });

  it('what another one began to claim by an edit: the younger one is told at once', async () => {
    const scenario = await initialized({ objects: [[deployments, deploymentNamed('other')]] });
    await scenario.clock.advance('2s');
    scenario.store.create(canaries, canaryOf('copy', { targetRef: ref('other') }));
    await scenario.until(() => statusOf(scenario, 'copy')['phase'] === 'Initialized', 60_000);
    const copy = scenario.store.get(canaries, { namespace, name: 'copy' });
    scenario.store.update(canaries, {
      ...(copy as AnyKubeObject),
      spec: { ...asRecord(copy?.['spec']), service: { name: 'podinfo', port: 9898, gatewayRefs } },
    });
    await scenario.until(() => conditionOf(scenario, 'copy', 'Invalid') !== undefined, 5_000);
    expect(scenario.condition('Invalid')).toBeUndefined();
  });
});

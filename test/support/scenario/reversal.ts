import { expect } from 'vitest';
import { httpRoutes, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asTextMap } from '@sluice/lib/json/json-read.ts';
import type { Scenario } from './scenario.ts';

export const ref = { namespace: 'test', name: 'podinfo' };
export const finalizer = 'finalizer.flagger.app';
export const revert = { spec: { revertOnDeletion: true } } as const;

export const find = (
  scenario: Scenario,
  resource: ResourceType,
  name = 'podinfo',
): AnyKubeObject | undefined => scenario.store.get(resource, { namespace: 'test', name });
export const isGone = (scenario: Scenario): boolean => find(scenario, canaries) === undefined;
export const selector = (scenario: Scenario): unknown =>
  asTextMap(asRecord(find(scenario, services)?.['spec'])['selector'])['app'];
export const backends = (scenario: Scenario): readonly unknown[] =>
  asList(asRecord(find(scenario, httpRoutes)?.['spec'])['rules']).flatMap((rule) =>
    asList(asRecord(rule)['backendRefs']).map((backend) => asRecord(backend)['name']),
  );

/** The target serves with this image, and nothing of the primary is left. */
export async function expectReverted(scenario: Scenario, image: string): Promise<void> {
  await scenario.until(() => isGone(scenario));
  await scenario.clock.advance('5s');
  expect(scenario.image('podinfo')).toBe(image);
  expect(scenario.replicas('podinfo')).toBe(2);
  expect(selector(scenario)).toBe('podinfo');
  expect(scenario.deployment('podinfo-primary')).toBeUndefined();
  expect(find(scenario, services, 'podinfo-primary')).toBeUndefined();
}

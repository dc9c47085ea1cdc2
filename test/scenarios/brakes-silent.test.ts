import { describe, it } from 'vitest';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { annotateAbort } from '../support/scenario/places.ts';
import { progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const of = (name: string): ObjectRef => ({ namespace: 'test', name });

/** Each with what the way back writes of it. */
const silent: readonly (readonly [string, RegExp, ResourceType, string])[] = [
  ['the route', /httproutes$/, httpRoutes, 'podinfo'],
  ['the target', /deployments$/, deployments, 'podinfo'],
];

/** As a gateway does that writes its status, or a person with kubectl. */
function touch(scenario: Scenario, resource: ResourceType, name: string): void {
  const object = scenario.store.get(resource, of(name)) as AnyKubeObject;
  const annotations = { ...object.metadata.annotations, touched: 'yes' };
  scenario.store.update(resource, { ...object, metadata: { ...object.metadata, annotations } });
}

/** 90 s pass before silence alone is noticed. */
describe('an abort while a watch has fallen silent and the object has changed since', () => {
  it.each(silent)('moves the traffic back within seconds: %s', async (_, path, resource, name) => {
    const scenario = await progressing();
    scenario.api.watches.break(path, 'silent');
    touch(scenario, resource, name);
    annotateAbort(scenario, 'it is bad');
    await scenario.until(() => scenario.weight() === 0, 3_000);
    await scenario.until(() => scenario.status().phase === 'Failed', 10_000);
  });
});

import { describe, expect, it } from 'vitest';
import { httpRoutes, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const namespace = 'test';
const gatewayRefs = [{ name: 'gateway' }];
const named = (name: string) => ({ service: { name, port: 9898, gatewayRefs } });

const names = ({ store }: Scenario, resource: ResourceType): readonly string[] =>
  store
    .list(resource, { namespace })
    .map(({ metadata }) => metadata.name)
    .toSorted();
const triple = (name: string): readonly string[] => [name, `${name}-canary`, `${name}-primary`];

describe('objects that the spec no longer names', () => {
  it('of another provider go', async () => {
    const scenario = await initialized({ analysis: { iterations: 1 } });
    expect(names(scenario, httpRoutes)).toEqual(['podinfo']);
    scenario.edit(() => ({ provider: 'kubernetes' }));
    await scenario.until(() => names(scenario, httpRoutes).length === 0, 30_000);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
  });

  it('of another name go once the new ones lead to the primary, and not before', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    scenario.dataPlane.refuse('Pending');
    scenario.edit(() => named('front'));
    await scenario.clock.advance('20s');
    expect(names(scenario, services)).toEqual([...triple('front'), ...triple('podinfo')]);
    expect(names(scenario, httpRoutes)).toEqual(['front', 'podinfo']);
    scenario.dataPlane.refuse(undefined);
    await scenario.until(() => names(scenario, services).join() === triple('front').join(), 30_000);
    expect(names(scenario, httpRoutes)).toEqual(['front']);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
  });

  it('stay while a run is on, which goes on under the name it began with', async () => {
    const scenario = await progressing();
    scenario.edit(() => named('front'));
    await scenario.clock.advance('2s');
    expect(names(scenario, httpRoutes)).toEqual(['podinfo']);
    expect(scenario.weight()).toBe(25);
    await scenario.reaches('Succeeded');
    // Then comes the route of the new name.
    expect(scenario.history.weights.slice(0, 3)).toEqual([25, 50, 0]);
    await scenario.until(() => names(scenario, services).join() === triple('front').join(), 30_000);
    expect(names(scenario, httpRoutes)).toEqual(['front']);
  });

  it('go although the controller was away when the name changed', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    scenario.kill();
    scenario.edit(() => named('front'));
    await scenario.replace();
    await scenario.until(() => names(scenario, services).join() === triple('front').join(), 30_000);
    expect(names(scenario, httpRoutes)).toEqual(['front']);
  });

  it('go through several names, and back', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    scenario.edit(() => named('front'));
    scenario.edit(() => named('back'));
    await scenario.clock.advance('1s');
    scenario.edit(() => named('podinfo'));
    await scenario.clock.advance('20s');
    expect(names(scenario, services)).toEqual(triple('podinfo'));
    expect(names(scenario, httpRoutes)).toEqual(['podinfo']);
    expect(scenario.weight()).toBe(0);
  });

  it('of somebody else are given back, not deleted', async () => {
    const scenario = await initialized({
      objects: [
        [
          services,
          {
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name: 'podinfo', namespace },
            spec: { selector: { app: 'podinfo' }, ports: [{ name: 'http', port: 9898, targetPort: 9898 }] },
          },
        ],
      ],
    });
    await scenario.clock.advance('2s');
    scenario.edit(() => named('front'));
    await scenario.until(
      () => names(scenario, services).join() === [...triple('front'), 'podinfo'].join(),
      30_000,
    );
    const given = scenario.store.get(services, { namespace, name: 'podinfo' });
    expect(given?.['spec']).toMatchObject({ selector: { app: 'podinfo' } });
  });

  it('go with a Canary that is deleted in the middle of a change', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    scenario.dataPlane.refuse('Pending');
    scenario.edit(() => named('front'));
    await scenario.clock.advance('5s');
    scenario.store.delete(canaries, { namespace, name: 'podinfo' });
    await scenario.clock.advance('10s');
    expect(names(scenario, services)).toEqual([]);
    expect(names(scenario, httpRoutes)).toEqual([]);
  });
});

import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { httpRoutes } from '../../src/api/resources.ts';
import type { LocalStore } from '../../src/local/contracts.ts';
import type { Clock } from '../../src/ports/clock.ts';

interface RouteSpec {
  readonly parentRefs?: readonly Readonly<Record<string, unknown>>[];
}

/** Accepts every HTTPRoute at once, as a gateway does that has nothing against it. */
export function startFakeDataPlane(store: LocalStore, clock: Clock): void {
  const accept = (object: AnyKubeObject): void => {
    const ref = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    const current = store.get(httpRoutes, ref);
    if (current === undefined) return;
    const { parentRefs = [] } = current['spec'] as RouteSpec;
    const conditions = [
      {
        type: 'Accepted',
        status: 'True',
        reason: 'Accepted',
        message: '',
        observedGeneration: current.metadata.generation,
        lastTransitionTime: new Date(clock.now()).toISOString(),
      },
    ];
    const parents = parentRefs.map((parentRef) => ({
      parentRef,
      controllerName: 'fake/data-plane',
      conditions,
    }));
    store.update(httpRoutes, { ...current, status: { parents } }, { subresource: 'status' });
  };
  store.subscribe(httpRoutes, ({ type, object, previous }) => {
    if (type === 'DELETED' || previous?.metadata.generation === object.metadata.generation) return;
    clock.setTimer(0, () => accept(object));
  });
}

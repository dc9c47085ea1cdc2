import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { httpRoutes } from '../../src/api/resources.ts';
import { asList, asRecord } from '../../src/lib/json-read.ts';
import type { LocalStore } from '../../src/local/contracts.ts';
import type { Clock } from '../../src/ports/clock.ts';

export interface FakeDataPlane {
  /** Refuses every HTTPRoute from now on, with this reason; undefined: accepts again, those that stand, too. */
  refuse(reason: string | undefined): void;
}

/** Accepts every HTTPRoute at once, as a gateway does that has nothing against it; a silent one writes no status. */
export function startFakeDataPlane(store: LocalStore, clock: Clock, isSilent = false): FakeDataPlane {
  let refusal: string | undefined;
  const answer = (object: AnyKubeObject): void => {
    const ref = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    const current = store.get(httpRoutes, ref);
    if (current === undefined) return;
    const conditions = [
      {
        type: 'Accepted',
        status: refusal === undefined ? 'True' : 'False',
        reason: refusal ?? 'Accepted',
        message: '',
        observedGeneration: current.metadata.generation,
        lastTransitionTime: new Date(clock.now()).toISOString(),
      },
    ];
    const parents = asList(asRecord(current['spec'])['parentRefs']).map((parentRef) => ({
      parentRef,
      controllerName: 'fake/data-plane',
      conditions,
    }));
    store.update(httpRoutes, { ...current, status: { parents } }, { subresource: 'status' });
  };
  store.subscribe(httpRoutes, ({ type, object, previous }) => {
    if (isSilent) return;
    if (type === 'DELETED' || previous?.metadata.generation === object.metadata.generation) return;
    clock.setTimer(0, () => answer(object));
  });
  return {
    refuse(reason) {
      refusal = reason;
      for (const object of store.list(httpRoutes)) answer(object);
    },
  };
}

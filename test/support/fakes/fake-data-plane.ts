import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { httpRoutes } from '@sluice/kube/objects/resources.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { LocalStore } from '@sluice/local/contracts.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';

/** What a gateway says of a route, beside `Accepted: True`. `silence`: it writes no status at all. */
export type Verdict =
  'silence' | readonly { readonly type: string; readonly status: string; readonly reason: string }[];

export interface FakeDataPlane {
  /** Refuses every HTTPRoute from now on, with this reason; undefined: accepts again, those that stand, too. */
  refuse(reason: string | undefined): void;
  /** Says this of every HTTPRoute from now on, of those that stand, too. */
  judge(verdict: (route: AnyKubeObject) => Verdict): void;
}

/** Accepts every HTTPRoute at once, as a gateway does that has nothing against it; a silent one writes no status. */
export function startFakeDataPlane(store: LocalStore, clock: Clock, isSilent = false): FakeDataPlane {
  let verdict: (route: AnyKubeObject) => Verdict = () => (isSilent ? 'silence' : []);
  const answer = (object: AnyKubeObject): void => {
    const ref = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    const current = store.get(httpRoutes, ref);
    if (current === undefined) return;
    const said = verdict(current);
    if (said === 'silence') return;
    const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted' };
    const all = said.some(({ type }) => type === 'Accepted') ? said : [accepted, ...said];
    const conditions = all.map((condition) => ({
      ...condition,
      message: '',
      observedGeneration: current.metadata.generation,
      lastTransitionTime: new Date(clock.now()).toISOString(),
    }));
    const parents = asList(asRecord(current['spec'])['parentRefs']).map((parentRef) => ({
      parentRef,
      controllerName: 'fake/data-plane',
      conditions,
    }));
    store.update(httpRoutes, { ...current, status: { parents } }, { subresource: 'status' });
  };
  store.subscribe(httpRoutes, ({ type, object, previous }) => {
    if (type === 'DELETED' || previous?.metadata.generation === object.metadata.generation) return;
    clock.setTimer(0, () => answer(object));
  });
  const judge: FakeDataPlane['judge'] = (next) => {
    verdict = next;
    for (const object of store.list(httpRoutes)) answer(object);
  };
  return {
    judge,
    refuse: (reason) =>
      judge(() => (reason === undefined ? [] : [{ type: 'Accepted', status: 'False', reason }])),
  };
}

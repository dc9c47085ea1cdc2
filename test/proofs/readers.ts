import { configMaps, pods, secrets } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { namespace } from '../support/scenario/objects.ts';

/** The configuration, and what of it those read who run. */
export interface Readers {
  /** What the configuration of that name suffix says, as one text. What was deleted counts as it was: nothing starts without it. */
  configuration(suffix: string): string;
  /**
   * What each pod of the target that is not being stopped read as it started: such texts. Of one that started while the
   * canary was suspended nobody can tell: a change that is taken back by the time it is resumed leaves no trace.
   */
  ofTarget(): readonly string[];
}

export function createReaders(store: Store): Readers {
  const last = new Map<string, unknown>();
  const read = new Map<string, string>();
  for (const resource of [configMaps, secrets])
    store.subscribe(resource, ({ type, object }) => {
      if (type !== 'DELETED') last.set(`${resource.kind} ${object.metadata.name}`, object['data']);
    });
  const configuration = (suffix: string): string =>
    JSON.stringify({
      settings: last.get(`ConfigMap settings${suffix}`),
      key: last.get(`Secret key${suffix}`),
    });
  const isSuspended = (): boolean =>
    asRecord(store.get(canaries, { namespace, name: 'podinfo' })?.['spec'])['suspend'] === true;
  store.subscribe(pods, ({ type, object }) => {
    if (type === 'ADDED' && !isSuspended()) read.set(object.metadata.uid ?? '', configuration(''));
  });
  return {
    configuration,
    ofTarget: () =>
      store
        .list(pods, { namespace, labels: { app: 'podinfo' } })
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .flatMap(({ metadata }) => read.get(metadata.uid ?? '') ?? []),
  };
}

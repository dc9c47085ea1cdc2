import { deployments } from '@sluice/kube/objects/resources.ts';
import { asTextMap } from '@sluice/lib/json/json-read.ts';
import type { Scenario } from './scenario.ts';

/** From now on nobody knows what a primary ran before its last promotion, as of one that was adopted in the middle of it. */
export function forgetPrevious({ store }: Scenario): void {
  store.subscribe(deployments, ({ type, object }) => {
    const { 'sluice.dev/previous': kept, ...annotations } = asTextMap(object.metadata.annotations);
    if (type === 'DELETED' || kept === undefined) return;
    store.update(deployments, { ...object, metadata: { ...object.metadata, annotations } });
  });
}

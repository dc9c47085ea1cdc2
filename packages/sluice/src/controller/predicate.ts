import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { ChangeEvent } from '@sluice/kube/cache/cached-collection.ts';
import { sameJson } from '@sluice/lib/json/merge.ts';
import { isConfig, isScaler } from '../rollout/look/reads.ts';

/** Drops repeated objects, which the server sends after a reconnect. */
export function isNews(resource: ResourceType, event: ChangeEvent): boolean {
  if (event.type !== 'MODIFIED' || event.previous === undefined || isConfig(resource)) return true;
  const read = isScaler(resource)
    ? // guard: what-a-scaler-writes-of-its-metrics-is-no-news
      withoutStatus
    : withoutVersion;
  // guard: a-repeated-object-is-no-news
  if (sameJson(read(event.previous), read(event.object))) return false;
  return true;
}

const withoutVersion = (object: AnyKubeObject): unknown => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: undefined },
});

const withoutStatus = (object: AnyKubeObject): unknown => withoutVersion({ ...object, status: undefined });

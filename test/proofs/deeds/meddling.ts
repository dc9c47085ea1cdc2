import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import {
  deployments,
  horizontalPodAutoscalers,
  httpRoutes,
  services,
} from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { namespace } from '../../support/scenario/objects.ts';
import { deed } from './deed.ts';
import type { Deed } from '../world.ts';

/** What people and other programs do to objects that are Sluice's to keep. */

const resized =
  (resource: ResourceType, name: string, fields: Readonly<Record<string, unknown>>): Deed['act'] =>
  ({ store }) => {
    const found = store.get(resource, { namespace, name });
    if (found !== undefined)
      store.update(resource, { ...found, spec: { ...asRecord(found['spec']), ...fields } });
  };

export const scaled = (name: string, replicas: number): Deed['act'] =>
  resized(deployments, name, { replicas });

export const deleted =
  (resource: ResourceType, name: string): Deed['act'] =>
  ({ store }) => {
    if (store.get(resource, { namespace, name }) !== undefined) store.delete(resource, { namespace, name });
  };

const skewed = (route: AnyKubeObject): AnyKubeObject =>
  JSON.parse(JSON.stringify(route).replaceAll(/"weight":\d+/g, '"weight":50')) as AnyKubeObject;

const scaler = (name: string, minReplicas: number): Deed =>
  deed(
    `somebody wants at least ${minReplicas} of ${name}`,
    resized(horizontalPodAutoscalers, name, { minReplicas }),
  );

export const meddling: readonly Deed[] = [
  deed('somebody deletes the route', deleted(httpRoutes, 'podinfo')),
  deed('somebody sets all weights of the route to 50', ({ store, route }) => {
    const found = route();
    if (found !== undefined) store.update(httpRoutes, skewed(found));
  }),
  deed('somebody deletes service podinfo-canary', deleted(services, 'podinfo-canary')),
  deed('somebody scales podinfo to 0', scaled('podinfo', 0)),
  deed('somebody scales podinfo to 3', scaled('podinfo', 3)),
  deed('somebody scales podinfo-primary to 0', scaled('podinfo-primary', 0)),
  deed('somebody scales podinfo-primary to 4', scaled('podinfo-primary', 4)),
  deed('somebody deletes podinfo-primary', deleted(deployments, 'podinfo-primary')),
  deed("somebody deletes the primary's scaler", deleted(horizontalPodAutoscalers, 'podinfo-primary')),
  scaler('podinfo', 1),
  scaler('podinfo', 4),
  scaler('podinfo-primary', 1),
  deed('the gateway refuses routes', ({ dataPlane }) => dataPlane.refuse('NoMatchingParent')),
  deed('the gateway accepts routes', ({ dataPlane }) => dataPlane.refuse(undefined)),
];

import type { ResourceType } from '../objects/kube-object.ts';
import { apiVersionOf } from '../objects/resources.ts';
import type { KubeClient, ListOptions, ObjectList } from '../ports/kube.ts';
import { createKubeTransport } from './kube-transport.ts';
import type { KubeTransport, KubeTransportOptions } from './kube-transport.ts';
import { toKubeObject } from '../objects/read-object.ts';
import { asObject } from './read-body.ts';
import { collectionPath, nameOf, objectPath } from './resource-path.ts';
import { watchKind } from '../cache/watch-stream.ts';

export interface KubeClientOptions extends KubeTransportOptions {
  /** Whom the server records as the author of our fields. */
  readonly fieldManager: string;
}

/** The Kubernetes API over the HTTP port: plain JSON objects, unknown fields untouched. */
export function createKubeClient(options: KubeClientOptions): KubeClient {
  const transport = createKubeTransport(options);
  const { fieldManager } = options;
  return {
    async get(resource, ref, signal) {
      const attempt = `get ${nameOf(resource, ref)}`;
      const call = { attempt, method: 'GET', path: objectPath(resource, ref) } as const;
      return toKubeObject(resource, await transport.call(call, signal), attempt);
    },
    list: (resource, list, signal) => listPage(transport, resource, list, signal),
    watch: (resource, watch, signal) => watchKind(transport, resource, watch, signal),
    async create(resource, object, signal) {
      const attempt = `create ${nameOf(resource, object.metadata)}`;
      const path = collectionPath(resource, object.metadata.namespace);
      const call = { attempt, method: 'POST', path, query: { fieldManager }, body: object } as const;
      return toKubeObject(resource, await transport.call(call, signal), attempt);
    },
    async mergePatch(resource, ref, patch, { subresource }, signal) {
      const attempt = `patch ${nameOf(resource, ref)}${subresource === undefined ? '' : `/${subresource}`}`;
      const call = {
        attempt,
        method: 'PATCH',
        path: objectPath(resource, ref, subresource),
        query: { fieldManager },
        contentType: 'application/merge-patch+json',
        body: patch,
      } as const;
      return toKubeObject(resource, await transport.call(call, signal), attempt);
    },
    async apply(resource, object, { force }, signal) {
      const attempt = `apply ${nameOf(resource, object.metadata)}`;
      const call = {
        attempt,
        method: 'PATCH',
        path: objectPath(resource, object.metadata),
        query: { fieldManager, force },
        contentType: 'application/apply-patch+yaml',
        body: { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind },
      } as const;
      return toKubeObject(resource, await transport.call(call, signal), attempt);
    },
    async delete(resource, ref, { uid, resourceVersion, propagationPolicy }, signal) {
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(uid === undefined && resourceVersion === undefined
          ? {}
          : { preconditions: { uid, resourceVersion } }),
        ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
      };
      const attempt = `delete ${nameOf(resource, ref)}`;
      await transport.call({ attempt, method: 'DELETE', path: objectPath(resource, ref), body }, signal);
    },
  };
}

const metadataListType = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

async function listPage(
  transport: KubeTransport,
  resource: ResourceType,
  options: ListOptions,
  signal: AbortSignal,
): Promise<ObjectList> {
  const attempt = `list ${nameOf(resource, options)}`;
  const { namespace, metadataOnly, ...query } = options;
  const accept = metadataOnly === true ? { accept: metadataListType } : {};
  const path = collectionPath(resource, namespace);
  const answer = await transport.call({ attempt, method: 'GET', path, query, ...accept }, signal);
  const metadata = asObject(answer['metadata']) ?? {};
  const items: unknown[] = Array.isArray(answer['items']) ? answer['items'] : [];
  const next = metadata['continue'];
  return {
    resourceVersion: typeof metadata['resourceVersion'] === 'string' ? metadata['resourceVersion'] : '',
    ...(typeof next === 'string' && next !== '' ? { continue: next } : {}),
    items: items.map((item) => toKubeObject(resource, item, attempt, metadataOnly)),
  };
}

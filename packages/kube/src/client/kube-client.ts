import type { AnyKubeObject, ObjectRef, ResourceType } from '../objects/kube-object.ts';
import { apiVersionOf } from '../objects/resources.ts';
import type { DeleteOptions, KubeClient, ListOptions, ObjectList, PatchOptions } from '../ports/kube.ts';
import { createKubeTransport } from './kube-transport.ts';
import type { KubeCall, KubeTransport, KubeTransportOptions } from './kube-transport.ts';
import { toKubeObject } from '../objects/read-object.ts';
import { asObject } from './read-body.ts';
import { collectionPath, nameOf, objectPath } from './resource-path.ts';
import { watchKind } from '../cache/watch-stream.ts';

export interface KubeClientOptions extends KubeTransportOptions {
  /** Manager that the server records for our fields. */
  readonly fieldManager: string;
}

/** The Kubernetes API over the HTTP port: plain JSON objects, unknown fields untouched. */
export function createKubeClient(options: KubeClientOptions): KubeClient {
  const transport = createKubeTransport(options);
  const { fieldManager } = options;
  const askForObject = async (resource: ResourceType, call: KubeCall, signal: AbortSignal) =>
    toKubeObject(resource, await transport.call(call, signal), call.attempt);
  return {
    async get(resource, ref, signal) {
      return await askForObject(resource, getCall(resource, ref), signal);
    },
    list: (resource, list, signal) => listPage(transport, resource, list, signal),
    watch: (resource, watch, signal) => watchKind(transport, resource, watch, signal),
    async create(resource, object, signal) {
      return await askForObject(resource, createCall(resource, object, fieldManager), signal);
    },
    async mergePatch(resource, ref, patch, patchOptions, signal) {
      const call = mergePatchCall(resource, ref, patch, { ...patchOptions, fieldManager });
      return await askForObject(resource, call, signal);
    },
    async apply(resource, object, { force }, signal) {
      return await askForObject(resource, applyCall(resource, object, { fieldManager, force }), signal);
    },
    async delete(resource, ref, deleteOptions, signal) {
      await transport.call(deleteCall(resource, ref, deleteOptions), signal);
    },
  };
}

function getCall(resource: ResourceType, ref: ObjectRef): KubeCall {
  return { attempt: `get ${nameOf(resource, ref)}`, method: 'GET', path: objectPath(resource, ref) };
}

function createCall(resource: ResourceType, object: AnyKubeObject, fieldManager: string): KubeCall {
  return {
    attempt: `create ${nameOf(resource, object.metadata)}`,
    method: 'POST',
    path: collectionPath(resource, object.metadata.namespace),
    query: { fieldManager },
    body: object,
  };
}

function mergePatchCall(
  resource: ResourceType,
  ref: ObjectRef,
  patch: Readonly<Record<string, unknown>>,
  { subresource, fieldManager }: PatchOptions & { readonly fieldManager: string },
): KubeCall {
  return {
    attempt: `patch ${nameOf(resource, ref)}${subresource === undefined ? '' : `/${subresource}`}`,
    method: 'PATCH',
    path: objectPath(resource, ref, subresource),
    query: { fieldManager },
    contentType: 'application/merge-patch+json',
    body: patch,
  };
}

function applyCall(
  resource: ResourceType,
  object: AnyKubeObject,
  query: { readonly fieldManager: string; readonly force: boolean | undefined },
): KubeCall {
  return {
    attempt: `apply ${nameOf(resource, object.metadata)}`,
    method: 'PATCH',
    path: objectPath(resource, object.metadata),
    query,
    contentType: 'application/apply-patch+yaml',
    body: { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind },
  };
}

function deleteCall(
  resource: ResourceType,
  ref: ObjectRef,
  { uid, resourceVersion, propagationPolicy }: DeleteOptions,
): KubeCall {
  const unconditional = uid === undefined && resourceVersion === undefined;
  return {
    attempt: `delete ${nameOf(resource, ref)}`,
    method: 'DELETE',
    path: objectPath(resource, ref),
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(unconditional ? {} : { preconditions: { uid, resourceVersion } }),
      ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
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

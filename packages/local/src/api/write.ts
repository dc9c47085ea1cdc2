import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf } from '@sluice/kube/objects/resources.ts';
import type { JsonObject } from '../store/json.ts';
import { badRequest, notFound } from '../store/status-error.ts';
import { json, success } from './answer.ts';
import { requireKubeObject, requireObject } from './body.ts';
import { choosePresentation } from './choose-presentation.ts';
import type { ApiContext } from './context.ts';
import { decodeBody } from './decode-body.ts';
import { deleteOptionsOf } from './delete-options.ts';
import { isDryRun } from './query.ts';
import { knownFields } from './strict.ts';
import { refOfTarget, type Target } from './target.ts';

export async function createObject(context: ApiContext, target: Target, request: Request): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const { object, warnings } = readObject(target, query, requireObject(await decodeBody(request)));
  const created = context.store.create(target.resource, object, { dryRun: isDryRun(query) });
  return shown(context, target, request, created, { status: 201, warnings });
}

export async function replaceObject(
  context: ApiContext,
  target: Target,
  request: Request,
): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const { object, warnings } = readObject(target, query, requireObject(await decodeBody(request)));
  const updated = context.store.update(target.resource, object, {
    dryRun: isDryRun(query),
    ...(target.subresource === 'status' ? { subresource: 'status' } : {}),
  });
  return shown(context, target, request, updated, { status: 200, warnings });
}

export async function deleteObject(context: ApiContext, target: Target, request: Request): Promise<Response> {
  const ref = refOfTarget(target);
  const query = new URL(request.url).searchParams;
  const options = deleteOptionsOf(await decodeBody(request), query);
  const existing = context.store.get(target.resource, ref);
  if (existing === undefined) throw notFound(target.resource, ref.name);
  context.store.delete(target.resource, ref, options);
  const left = context.store.get(target.resource, ref);
  if (left !== undefined && left.metadata.uid === existing.metadata.uid) return json(left);
  const { group, plural } = target.resource;
  return success({
    name: ref.name,
    ...(group === '' ? {} : { group }),
    kind: plural,
    uid: existing.metadata.uid,
  });
}

export async function deleteCollection(
  context: ApiContext,
  target: Target,
  request: Request,
  selected: readonly AnyKubeObject[],
): Promise<Response> {
  const options = deleteOptionsOf(await decodeBody(request), new URL(request.url).searchParams);
  for (const { metadata } of selected) {
    const ref =
      metadata.namespace === undefined
        ? { name: metadata.name }
        : { name: metadata.name, namespace: metadata.namespace };
    if (context.store.get(target.resource, ref) !== undefined)
      context.store.delete(target.resource, ref, options);
  }
  return success({ kind: target.resource.plural });
}

export function shown(
  context: ApiContext,
  target: Target,
  request: Request,
  object: AnyKubeObject,
  answer: { readonly status: number; readonly warnings: readonly string[] },
): Response {
  const query = new URL(request.url).searchParams;
  const presentation = choosePresentation(request.headers.get('accept') ?? '', { ...context, target, query });
  const response = json(presentation.one(object), answer.status);
  for (const warning of answer.warnings.slice(0, 20)) {
    response.headers.append('warning', `299 - ${JSON.stringify(warning).replace(/[^\x20-\x7e]/g, '?')}`);
  }
  return response;
}

/** Reads a body as an object of `target`. Throws 400 for another kind, name or namespace. */
export function readObject(
  target: Target,
  query: URLSearchParams,
  received: JsonObject,
  stored?: AnyKubeObject,
): { readonly object: AnyKubeObject; readonly warnings: readonly string[] } {
  const { body, warnings } = knownFields(target, query, received, stored);
  return { object: placed(target, requireKubeObject(body, expectedOf(target))), warnings };
}

const expectedOf = (target: Target) => ({
  apiVersion: apiVersionOf(target.resource),
  kind: target.resource.kind,
});

/** Sets namespace and name from the URL. Throws 400 when the body has others. */
export function placed(target: Target, object: AnyKubeObject): AnyKubeObject {
  const { metadata } = object;
  const { namespace, name } = target;
  if (metadata.namespace && namespace !== undefined && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name !== undefined && metadata.name !== '' && metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  const { namespace: _dropped, ...rest } = metadata;
  return {
    ...object,
    metadata: { ...rest, name: name ?? metadata.name, ...(namespace === undefined ? {} : { namespace }) },
  };
}

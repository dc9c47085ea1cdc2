import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { notFound } from '../store/status-error.ts';
import { json } from './answer.ts';
import { choosePresentation } from './choose-presentation.ts';
import type { ApiContext } from './context.ts';
import { numberParameter } from './query.ts';
import { selectorOf } from './selectors.ts';
import { refOfTarget, type Target } from './target.ts';

export function getObject(context: ApiContext, target: Target, request: Request): Response {
  const ref = refOfTarget(target);
  const found = context.store.get(target.resource, ref);
  if (found === undefined) throw notFound(target.resource, ref.name);
  const query = new URL(request.url).searchParams;
  const presentation = choosePresentation(request.headers.get('accept') ?? '', { ...context, target, query });
  return json(presentation.one(found));
}

export function listObjects(context: ApiContext, target: Target, request: Request): Response {
  const query = new URL(request.url).searchParams;
  const presentation = choosePresentation(request.headers.get('accept') ?? '', { ...context, target, query });
  const limit = numberParameter(query, 'limit') ?? 0;
  const token = query.get('continue');
  if (token) return json(presentation.list(context.pager.next(token, limit)));
  const select = selectorOf(target, query);
  const filter = target.namespace === undefined ? {} : { namespace: target.namespace };
  const items = context.store.list(target.resource, filter).filter(select);
  return json(presentation.list(context.pager.first(items, context.store.resourceVersion(), limit)));
}

/** The objects that a `deletecollection` deletes. */
export function selectedObjects(
  context: ApiContext,
  target: Target,
  request: Request,
): readonly AnyKubeObject[] {
  const filter = target.namespace === undefined ? {} : { namespace: target.namespace };
  const select = selectorOf(target, new URL(request.url).searchParams);
  return context.store.list(target.resource, filter).filter(select);
}

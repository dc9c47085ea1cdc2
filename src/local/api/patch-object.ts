import { isObject, mutableCopy, type JsonObject } from '../store/json.ts';
import { badRequest, notFound } from '../store/status-error.ts';
import {
  mediaTypeOf,
  parseJson,
  readBytes,
  requireKubeObject,
  requireObject,
  unsupportedMediaType,
} from './body.ts';
import type { ApiContext } from './context.ts';
import { jsonPatch } from './patch/json-patch.ts';
import { mergePatch } from './patch/merge.ts';
import { isDryRun } from './query.ts';
import { checkStrict } from './strict.ts';
import { refOfTarget, type Target } from './target.ts';
import { expectedOf, placed, shown } from './write.ts';

const merge = 'application/merge-patch+json';
const json = 'application/json-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const apply = 'application/apply-patch+yaml';

/** PATCH of an object or its status, in each of the four patch languages. */
export async function patchObject(context: ApiContext, target: Target, request: Request): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const type = mediaTypeOf(request);
  const bytes = await readBytes(request);
  const change = changeOf(target, type, bytes);
  const ref = refOfTarget(target);
  const existing = context.store.get(target.resource, ref);
  const dryRun = isDryRun(query);
  if (existing === undefined) throw notFound(target.resource, ref.name);
  const changed = requireObject(change(mutableCopy(existing)));
  if (isObject(changed['metadata']) && changed['metadata']['name'] !== ref.name) {
    throw badRequest('the name of an object cannot be changed');
  }
  checkStrict(target, query, changed);
  const next = placed(target, requireKubeObject(changed, expectedOf(target)));
  const options = {
    dryRun,
    ...(target.subresource === 'status' ? ({ subresource: 'status' } as const) : {}),
  };
  return shown(context, target, request, context.store.update(target.resource, next, options), 200);
}

type Change = (existing: JsonObject) => unknown;

function changeOf(target: Target, type: string, bytes: Uint8Array): Change {
  switch (type) {
    case merge: {
      const patch = requireObject(parseJson(bytes));
      return (existing) => mergePatch(existing, patch);
    }
    case json: {
      const patch = parseJson(bytes);
      return (existing) => jsonPatch(existing, patch);
    }
    default:
      throw unsupportedMediaType(
        type,
        target.kind.custom === undefined ? [json, merge, strategic, apply] : [json, merge, apply],
      );
  }
}

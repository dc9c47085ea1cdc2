import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isObject, type JsonObject } from '../store/json.ts';
import { badRequest, notFound } from '../store/status-error.ts';
import { mediaTypeOf, parseJson, readBytes, requireObject, unsupportedMediaType } from './body.ts';
import { parseYaml } from './parse-yaml.ts';
import type { ApiContext } from './context.ts';
import { applyManifest } from './patch/apply.ts';
import { jsonPatch } from './patch/json-patch.ts';
import { applyRules, strategicRules } from './patch/list-keys.ts';
import { mergePatch } from './patch/merge.ts';
import { strategicPatch } from './patch/strategic.ts';
import { isDryRun } from './query.ts';
import { refOfTarget, type Target } from './target.ts';
import { readObject, shown } from './write.ts';

const mergeType = 'application/merge-patch+json';
const jsonType = 'application/json-patch+json';
const strategicType = 'application/strategic-merge-patch+json';
const applyTypes = ['application/apply-patch+yaml', 'application/apply-patch+json'];

/** PATCH of an object or its status, in each of the four patch languages. */
export async function patchObject(context: ApiContext, target: Target, request: Request): Promise<Response> {
  const type = mediaTypeOf(request);
  const bytes = await readBytes(request);
  if (applyTypes.includes(type)) {
    return applyObject(context, target, request, requireObject(parseYaml(bytes)));
  }
  const change = changeOf(target, type, bytes);
  const ref = refOfTarget(target);
  const existing = context.store.get(target.resource, ref);
  if (existing === undefined) throw notFound(target.resource, ref.name);
  const changed = change({ ...existing });
  if (!isObject(changed)) throw badRequest('a patch must leave an object');
  if (isObject(changed['metadata']) && changed['metadata']['name'] !== ref.name) {
    throw badRequest('the name of an object cannot be changed');
  }
  return write(context, target, request, { existing, changed });
}

function applyObject(context: ApiContext, target: Target, request: Request, manifest: JsonObject): Response {
  const query = new URL(request.url).searchParams;
  const ref = refOfTarget(target);
  const { object, warnings } = readObject(target, query, manifest);
  const existing = context.store.get(target.resource, ref);
  if (existing === undefined) {
    if (target.subresource !== undefined) throw notFound(target.resource, ref.name);
    const created = context.store.create(target.resource, object, { dryRun: isDryRun(query) });
    return shown(context, target, request, created, { status: 201, warnings });
  }
  const rules = applyRules(target.kind, target.resource.version);
  const changed = applyManifest({ ...existing }, { ...object }, rules);
  return write(context, target, request, { existing, changed });
}

/** An object before and after a patch. They share unchanged members, which are neither checked nor copied again. */
interface Patched {
  readonly existing: AnyKubeObject;
  readonly changed: JsonObject;
}

function write(
  context: ApiContext,
  target: Target,
  request: Request,
  { existing, changed }: Patched,
): Response {
  const query = new URL(request.url).searchParams;
  const { object, warnings } = readObject(target, query, changed, existing);
  const updated = context.store.update(target.resource, object, {
    dryRun: isDryRun(query),
    ...(target.subresource === 'status' ? { subresource: 'status' } : {}),
  });
  return shown(context, target, request, updated, { status: 200, warnings });
}

/** Returns the patched object and leaves `existing` unchanged. */
type Change = (existing: JsonObject) => unknown;

/** Reads a patch as a function on JSON objects. Throws 415 for a patch type that the kind does not support. */
export function changeOf(target: Target, type: string, bytes: Uint8Array): Change {
  switch (type) {
    case mergeType: {
      const patch = requireObject(parseJson(bytes));
      return (existing) => mergePatch(existing, patch);
    }
    case jsonType: {
      const patch = parseJson(bytes);
      // Operations can copy values into one another, so the depth of the result is checked.
      return (existing) => requireObject(jsonPatch(existing, patch));
    }
    case strategicType: {
      // A real cluster refuses it for custom resources, and clients choose their patch type by that.
      if (!knowsStrategic(target)) throw unsupportedMediaType(type, [jsonType, mergeType, ...applyTypes]);
      const patch = requireObject(parseJson(bytes));
      return (existing) => strategicPatch(existing, patch, strategicRules(target.kind));
    }
    default:
      throw unsupportedMediaType(type, [jsonType, mergeType, strategicType, ...applyTypes]);
  }
}

/** The Gateway API is built in here, but consists of custom resources in a real cluster. */
const knowsStrategic = ({ kind, resource }: Target): boolean =>
  kind.custom === undefined && resource.group !== 'gateway.networking.k8s.io';

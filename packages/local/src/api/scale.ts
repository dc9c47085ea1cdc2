import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isObject, mutableCopy, objectAt, type JsonObject } from '../store/json.ts';
import type { ScalePaths } from '../store/served-kind.ts';
import { badRequest, notFound, unknownPath } from '../store/status-error.ts';
import { mediaTypeOf, readBytes, requireObject } from './body.ts';
import { json } from './answer.ts';
import { choosePresentation } from './choose-presentation.ts';
import type { ApiContext } from './context.ts';
import { decodeBody } from './decode-body.ts';
import { changeOf } from './patch-object.ts';
import { isDryRun } from './query.ts';
import { refOfTarget, type Target } from './target.ts';

/** GET, PUT and PATCH of `/scale`: a view of an object's replicas as `autoscaling/v1` Scale. */
export async function serveScale(context: ApiContext, target: Target, request: Request): Promise<Response> {
  const paths = target.kind.scale;
  if (paths === undefined) throw unknownPath();
  const ref = refOfTarget(target);
  const existing = context.store.get(target.resource, ref);
  if (existing === undefined) throw notFound(target.resource, ref.name);
  if (request.method === 'GET') return shownScale(context, target, request, existing);
  const wanted = await wantedScale(target, request, scaleOf(existing, paths));
  const version = objectAt(wanted, 'metadata')['resourceVersion'];
  const replicas = objectAt(wanted, 'spec')['replicas'] ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0) {
    throw badRequest(`spec.replicas must be a whole number of 0 or more, not ${JSON.stringify(replicas)}`);
  }
  const changed = withNumber(mutableCopy(existing), paths.specReplicas, replicas);
  const metadata = {
    ...existing.metadata,
    ...(typeof version === 'string' ? { resourceVersion: version } : {}),
  };
  const next: AnyKubeObject = { ...changed, apiVersion: existing.apiVersion, kind: existing.kind, metadata };
  const dryRun = isDryRun(new URL(request.url).searchParams);
  return shownScale(context, target, request, context.store.update(target.resource, next, { dryRun }));
}

async function wantedScale(target: Target, request: Request, current: JsonObject): Promise<JsonObject> {
  if (request.method === 'PUT') return requireObject(await decodeBody(request));
  const change = changeOf(target, mediaTypeOf(request), await readBytes(request));
  return requireObject(change(current));
}

function shownScale(context: ApiContext, target: Target, request: Request, object: AnyKubeObject): Response {
  const scale = scaleOf(object, target.kind.scale ?? { specReplicas: '', statusReplicas: '' });
  const query = new URL(request.url).searchParams;
  const presentation = choosePresentation(request.headers.get('accept') ?? '', { ...context, target, query });
  return json(
    presentation.one({ ...scale, apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: object.metadata }),
  );
}

function scaleOf(object: AnyKubeObject, paths: ScalePaths): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector =
    valueAt(object, paths.selector ?? '') ?? labelsText(objectAt(objectAt(object, 'spec'), 'selector'));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: valueAt(object, paths.specReplicas) ?? 0 },
    status: { replicas: valueAt(object, paths.statusReplicas) ?? 0, selector },
  };
}

const labelsText = (selector: JsonObject): string =>
  Object.entries(objectAt(selector, 'matchLabels'))
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');

const steps = (path: string): string[] => path.split('.').filter((step) => step !== '');

function valueAt(object: unknown, path: string): unknown {
  let value: unknown = path === '' ? undefined : object;
  for (const step of steps(path)) value = isObject(value) ? value[step] : undefined;
  return value;
}

function withNumber(object: JsonObject, path: string, value: number): JsonObject {
  const names = steps(path);
  let parent = object;
  for (const step of names.slice(0, -1)) {
    const next = objectAt(parent, step);
    parent[step] = next;
    parent = next;
  }
  parent[names.at(-1) ?? ''] = value;
  return object;
}

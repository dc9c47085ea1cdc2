import { pods } from '@sluice/kube/objects/resources.ts';
import { badRequest, StatusError, unknownPath } from '../store/status-error.ts';
import type { ApiContext } from './context.ts';
import { patchObject } from './patch-object.ts';
import { evictPod } from './pods/evict-pod.ts';
import { podLog } from './pods/pod-log.ts';
import { booleanParameter } from './query.ts';
import { getObject, listObjects, selectedObjects } from './read.ts';
import { serveReview } from './reviews.ts';
import { serveScale } from './scale.ts';
import { parseTarget, type Target } from './target.ts';
import { watchObjects } from './watch.ts';
import { createObject, deleteCollection, deleteObject, replaceObject } from './write.ts';

type Handler = (context: ApiContext, target: Target, request: Request) => Response | Promise<Response>;
type Methods = Readonly<Record<string, Handler>>;

const collection: Methods = {
  GET: (context, target, request) => {
    const watching = booleanParameter(new URL(request.url).searchParams, 'watch');
    return watching ? watchObjects(context, target, request) : listObjects(context, target, request);
  },
  POST: createObject,
  DELETE: (context, target, request) =>
    deleteCollection(context, target, request, selectedObjects(context, target, request)),
};

const object: Methods = {
  GET: (context, target, request) => {
    const watching = booleanParameter(new URL(request.url).searchParams, 'watch');
    return watching ? watchObjects(context, target, request) : getObject(context, target, request);
  },
  PUT: replaceObject,
  PATCH: patchObject,
  DELETE: deleteObject,
};

const scale: Methods = { GET: serveScale, PUT: serveScale, PATCH: serveScale };
const status: Methods = { GET: getObject, PUT: replaceObject, PATCH: patchObject };

const needsUpgrade: Handler = () => {
  throw badRequest('Upgrade request required');
};

const podMethods: Readonly<Record<string, Methods>> = {
  log: { GET: podLog },
  exec: { GET: needsUpgrade, POST: needsUpgrade },
  attach: { GET: needsUpgrade, POST: needsUpgrade },
  eviction: { POST: evictPod },
  ephemeralcontainers: { GET: getObject },
};

/** Answers a request for `/api/v1/...` or `/apis/<group>/<version>/...`. */
export async function serveResource(context: ApiContext, request: Request): Promise<Response> {
  const review = await serveReview(request);
  if (review !== undefined) return review;
  const target = parseTarget(context.store.kinds, new URL(request.url).pathname);
  const handler = methodsOf(target)[request.method];
  if (handler === undefined) throw methodNotAllowed();
  return handler(context, target, request);
}

function methodsOf(target: Target): Methods {
  if (target.name === undefined) return collection;
  if (target.subresource === undefined) return object;
  if (target.subresource === 'status' && target.kind.status) return status;
  if (target.subresource === 'scale' && target.kind.scale !== undefined) return scale;
  return (isPod(target) && podMethods[target.subresource]) || refused();
}

const isPod = ({ resource }: Target): boolean => resource.group === '' && resource.plural === pods.plural;

const refused = (): never => {
  throw unknownPath();
};

const methodNotAllowed = (): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import type { PodRuntime } from '../../contracts.ts';
import { isObject, listAt, objectAt, textAt } from '../../store/json.ts';
import { badRequest, notFound, StatusError } from '../../store/status-error.ts';
import type { ApiContext } from '../context.ts';
import { refOfTarget, type Target } from '../target.ts';

export interface PodContainer {
  readonly pod: ObjectRef;
  readonly container: string;
  readonly runtime: PodRuntime;
}

/** Finds the container of a request for logs or a session. Throws 404 or 400 in Kubernetes' words, or 503. */
export function podContainer(context: ApiContext, target: Target, asked: string | null): PodContainer {
  const pod = refOfTarget(target);
  const object = context.store.get(target.resource, pod);
  if (object === undefined) throw notFound(target.resource, pod.name);
  const spec = objectAt(object, 'spec');
  const names = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
    .filter(isObject)
    .map((container) => textAt(container, 'name'));
  const container = asked || (listAt(spec, 'containers').length === 1 ? names[0] : undefined);
  if (container === undefined) {
    throw badRequest(
      `a container name must be specified for pod ${pod.name}, choose one of: [${names.join(' ')}]`,
    );
  }
  if (!names.includes(container)) {
    throw badRequest(`container ${container.slice(0, 63)} is not valid for pod ${pod.name}`);
  }
  const runtime = context.runtime();
  if (runtime === undefined) {
    throw new StatusError(
      503,
      'ServiceUnavailable',
      'no kubelet is running: pods have no logs and no processes',
    );
  }
  return { pod, container, runtime };
}

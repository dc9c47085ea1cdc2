import { services } from '@sluice/kube/objects/resources.ts';
import type { LocalStore } from '../../contracts.ts';
import { list, record } from '../pod.ts';
import { writeConditions, type Condition } from './conditions.ts';
import type { Attachment } from './route-attachment.ts';
import type { Backend, BackendProblem } from './route-rule.ts';
import type { ReadRoute } from './route-table.ts';

export const controllerName = 'sluice.local/gateway';

/** `.status` of an HTTPRoute: one entry per parentRef of ours; entries of other controllers are kept. */
export function routeStatus(
  route: ReadRoute,
  store: LocalStore,
  now: number,
): Readonly<Record<string, unknown>> {
  const present = record(route.object['status']);
  const before = list(present['parents']).map(record);
  const others = before.filter((parent) => parent['controllerName'] !== controllerName);
  const ours = route.attachments.map((attachment) => {
    const same = before.find(
      (parent) =>
        parent['controllerName'] === controllerName &&
        JSON.stringify(parent['parentRef']) === JSON.stringify(attachment.parentRef),
    );
    const wanted = [accepted(route, attachment), resolvedRefs(route, store)];
    const conditions = writeConditions(same?.['conditions'], wanted, now);
    return { parentRef: attachment.parentRef, controllerName, conditions };
  });
  return { ...present, parents: [...others, ...ours] };
}

const messages = {
  Accepted: 'attached to the local gateway',
  NoMatchingParent: 'the Gateway has no HTTP listener of this sectionName and port',
  NotAllowedByListeners: "the listener's allowedRoutes leave out this namespace",
  NoMatchingListenerHostname: "none of the hostnames is one of the listener's",
} as const;

function accepted(route: ReadRoute, attachment: Attachment): Condition {
  const observedGeneration = route.object.metadata.generation ?? 1;
  if (route.invalid !== undefined) {
    return {
      type: 'Accepted',
      status: 'False',
      reason: 'UnsupportedValue',
      message: route.invalid,
      observedGeneration,
    };
  }
  const { reason } = attachment;
  return {
    type: 'Accepted',
    status: attachment.accepted ? 'True' : 'False',
    reason,
    message: messages[reason],
    observedGeneration,
  };
}

function resolvedRefs(route: ReadRoute, store: LocalStore): Condition {
  const observedGeneration = route.object.metadata.generation ?? 1;
  const problem = route.rules
    .flatMap((rule) => rule.backends)
    .map((backend) => findProblem(backend, store))
    .find((candidate) => candidate !== undefined);
  if (problem !== undefined) {
    return { type: 'ResolvedRefs', status: 'False', ...problem, observedGeneration };
  }
  const message = 'every backend is a Service that exists';
  return { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message, observedGeneration };
}

function findProblem(backend: Backend, store: LocalStore): BackendProblem | undefined {
  if (backend.problem !== undefined) return backend.problem;
  const { namespace, service } = backend.name;
  const object = store.get(services, { namespace, name: service });
  const ports = list(record(object?.['spec'])['ports']).map((port) => record(port)['port']);
  if (object !== undefined && ports.includes(backend.port)) return undefined;
  const what = object === undefined ? 'does not exist' : `has no port ${backend.port}`;
  return { reason: 'BackendNotFound', message: `Service ${namespace}/${service} ${what}` };
}

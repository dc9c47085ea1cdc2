import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { list, record, text } from '../pod.ts';
import { commonHosts } from './host-match.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One of a route's parentRefs that names a Gateway of ours. */
export interface Attachment {
  readonly parentRef: Fields;
  readonly gateway: AnyKubeObject;
  readonly accepted: boolean;
  readonly reason: 'Accepted' | 'NoMatchingParent' | 'NotAllowedByListeners' | 'NoMatchingListenerHostname';
  readonly hosts: readonly (string | undefined)[];
  readonly listeners: readonly string[];
}

/** Attaches a route to Gateways. `namespaceLabels` returns a namespace's labels, for listeners that select by them. */
export function attachRoute(
  route: AnyKubeObject,
  gateways: readonly AnyKubeObject[],
  namespaceLabels: (namespace: string) => Readonly<Record<string, string>>,
): readonly Attachment[] {
  const namespace = route.metadata.namespace ?? 'default';
  const spec = record(route['spec']);
  const hostnames = list(spec['hostnames']).map((host) => text(host).toLowerCase());
  return list(spec['parentRefs'])
    .map(record)
    .flatMap((parentRef) => {
      const gateway = gateways.find((candidate) => isNamed(candidate, parentRef, namespace));
      if (gateway === undefined) return [];
      const named = listenersOf(gateway).filter((listener) => isMeant(listener, parentRef));
      const allowed = named.filter((listener) => allows(listener, gateway, namespace, namespaceLabels));
      const matching = allowed.filter(
        (listener) => commonHosts(text(listener['hostname']) || undefined, hostnames).length > 0,
      );
      const reason = reasonFor(named.length, allowed.length, matching.length);
      const hosts = matching.flatMap((listener) =>
        commonHosts(text(listener['hostname']) || undefined, hostnames),
      );
      const listeners = matching.map((listener) => text(listener['name']));
      return [{ parentRef, gateway, accepted: reason === 'Accepted', reason, hosts, listeners }];
    });
}

export function listenersOf(gateway: AnyKubeObject): readonly Fields[] {
  return list(record(gateway['spec'])['listeners']).map(record);
}

function isNamed(gateway: AnyKubeObject, parentRef: Fields, routeNamespace: string): boolean {
  const kind = text(parentRef['kind']) || 'Gateway';
  const namespace = text(parentRef['namespace']) || routeNamespace;
  return (
    kind === 'Gateway' &&
    gateway.metadata.name === parentRef['name'] &&
    (gateway.metadata.namespace ?? 'default') === namespace
  );
}

function isMeant(listener: Fields, parentRef: Fields): boolean {
  const { sectionName, port } = parentRef;
  const named = sectionName === undefined || sectionName === listener['name'];
  return listener['protocol'] === 'HTTP' && named && (port === undefined || port === listener['port']);
}

function allows(
  listener: Fields,
  gateway: AnyKubeObject,
  namespace: string,
  namespaceLabels: (namespace: string) => Readonly<Record<string, string>>,
): boolean {
  const from = record(record(listener['allowedRoutes'])['namespaces']);
  if (from['from'] === 'All') return true;
  if (from['from'] !== 'Selector') return (gateway.metadata.namespace ?? 'default') === namespace;
  const labels = namespaceLabels(namespace);
  return Object.entries(record(record(from['selector'])['matchLabels'])).every(
    ([key, value]) => labels[key] === value,
  );
}

function reasonFor(named: number, allowed: number, matching: number): Attachment['reason'] {
  if (named === 0) return 'NoMatchingParent';
  if (allowed === 0) return 'NotAllowedByListeners';
  return matching === 0 ? 'NoMatchingListenerHostname' : 'Accepted';
}

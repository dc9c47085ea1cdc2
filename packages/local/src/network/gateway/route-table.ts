import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { gateways, httpRoutes, namespaces } from '@sluice/kube/objects/resources.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { LocalStore } from '../../contracts.ts';
import { record } from '../pod.ts';
import { supportedFilters } from './filters.ts';
import { coversHost } from './host-match.ts';
import { attachRoute, type Attachment } from './route-attachment.ts';
import { matchesRequest, type RoutedRequest } from './route-match.ts';
import { compareEntries, type RouteEntry } from './route-precedence.ts';
import { readRules, type RouteRule } from './route-rule.ts';

export const gatewayClassName = 'sluice-local';

export interface ReadRoute {
  readonly object: AnyKubeObject;
  readonly attachments: readonly Attachment[];
  readonly rules: readonly RouteRule[];
  /** Why none of its rules is used. */
  readonly invalid?: string;
}

export interface RouteTable {
  readonly gateways: readonly AnyKubeObject[];
  readonly routes: readonly ReadRoute[];
  find(request: RoutedRequest): RouteEntry | undefined;
}

/** Reads the current Gateways of class `sluice-local` and their HTTPRoutes. */
export function readRouteTable(store: LocalStore): RouteTable {
  const ours = store
    .list(gateways)
    .filter((gateway) => record(gateway['spec'])['gatewayClassName'] === gatewayClassName)
    .filter((gateway) => gateway.metadata.deletionTimestamp === undefined);
  const labelsOf = (name: string): Readonly<Record<string, string>> => ({
    ...store.get(namespaces, { name })?.metadata.labels,
    'kubernetes.io/metadata.name': name,
  });
  const routes = store.list(httpRoutes).map((object) => readRoute(object, ours, labelsOf));
  const entries = routes.flatMap(entriesOf).sort(compareEntries);
  return {
    gateways: ours,
    routes,
    find: (request) =>
      entries.find((entry) => coversHost(entry.host, request.host) && matchesRequest(entry.match, request)),
  };
}

function readRoute(
  object: AnyKubeObject,
  ours: readonly AnyKubeObject[],
  labelsOf: (namespace: string) => Readonly<Record<string, string>>,
): ReadRoute {
  const attachments = attachRoute(object, ours, labelsOf);
  try {
    const rules = readRules(object);
    const unknown = rules
      .flatMap((rule) => [...rule.filters, ...rule.backends.flatMap((backend) => backend.filters)])
      .find((filter) => !supportedFilters.includes(String(filter['type'])));
    if (unknown === undefined) return { object, attachments, rules };
    const invalid = `filter ${String(unknown['type'])} is not supported; supported: ${supportedFilters.join(', ')}`;
    return { object, attachments, rules: [], invalid };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return { object, attachments, rules: [], invalid: error.message };
  }
}

function entriesOf(route: ReadRoute): readonly RouteEntry[] {
  const hosts = new Set(
    route.attachments.filter((attachment) => attachment.accepted).flatMap((attachment) => attachment.hosts),
  );
  const created = route.object.metadata.creationTimestamp ?? '';
  return [...hosts].flatMap((host) =>
    route.rules.flatMap((rule) => rule.matches.map((match) => ({ host, match, rule, created }))),
  );
}

import type { Canary } from '../api/canary.ts';
import type { ResourceType } from '../api/kube-object.ts';
import { apiVersionOf } from '../api/resources.ts';
import { SluiceError } from '../lib/sluice-error.ts';
import type { ReadObject, RouteObject, RoutePlan, Router, Weights } from '../ports/router.ts';
import { keyOf, namesOf } from '../rules/names.ts';
import { toolkitAnnotations } from '../rules/object-keys.ts';
import { ownersOf } from '../rules/ownership.ts';
import { serviceOf } from '../rules/service-spec.ts';
import { strategyOf } from '../rules/strategy.ts';
import { observeRoute } from './gateway-api-observe.ts';
import { mapFilters, mirrorFilter } from './route-filters.ts';
import { mapMatches, mapPickedMatches, mergeMatches } from './route-match.ts';
import type { RouteMatch } from './route-match.ts';

/** What differs between the versions of the Gateway API that Sluice speaks. */
export interface GatewayApiVersion {
  readonly name: string;
  readonly resource: ResourceType;
  /** CORS filters and timeouts. */
  readonly extended: boolean;
  /** Whether a gateway's refusal of the route holds the rollout. */
  readonly checksAcceptance: boolean;
}

/** The router of one version: one HTTPRoute, named like the apex service. */
export function createGatewayApiRouter(version: GatewayApiVersion): Router {
  return {
    names: [version.name],
    capabilities: { weights: true, match: true, mirror: true },
    resources: [version.resource],
    render: (plan, read) => [renderRoute(version, plan, read)],
    observe: (canary, read) => {
      const route = read(version.resource, routeRef(canary));
      return route && observeRoute(canary, route, version.checksAcceptance);
    },
  };
}

function routeRef(canary: Canary) {
  const { namespace } = canary.metadata;
  return { ...(namespace === undefined ? {} : { namespace }), name: namesOf(canary).apex };
}

function renderRoute(version: GatewayApiVersion, plan: RoutePlan, read: ReadObject): RouteObject {
  const { canary } = plan;
  const service = serviceOf(canary);
  const ownerReferences = ownersOf(canary, read(version.resource, routeRef(canary)));
  const object = {
    apiVersion: apiVersionOf(version.resource),
    kind: version.resource.kind,
    metadata: {
      ...routeRef(canary),
      labels: { ...service.apex?.labels },
      annotations: { ...service.apex?.annotations, ...toolkitAnnotations },
      ...(ownerReferences && { ownerReferences }),
    },
    spec: {
      parentRefs: parentRefs(canary),
      hostnames: service.hosts ?? [],
      rules: renderRules(version, plan),
    },
  };
  return { resource: version.resource, object };
}

function parentRefs(canary: Canary) {
  const refs = serviceOf(canary).gatewayRefs ?? [];
  if (refs.length === 0) {
    throw new SluiceError(
      `Canary ${keyOf(canary)}: spec.service.gatewayRefs is empty; ` +
        'the Gateway API needs at least one Gateway to attach the route to',
    );
  }
  return refs.map((ref) => ({
    group: ref.group ?? 'gateway.networking.k8s.io',
    kind: ref.kind ?? 'Gateway',
    namespace: ref.namespace || undefined,
    name: ref.name,
    sectionName: ref.sectionName || undefined,
    port: ref.port,
  }));
}

/** One weighted rule; for A/B the rule of the picked requests, then the primary for all others. */
function renderRules(version: GatewayApiVersion, plan: RoutePlan) {
  const { analysis } = plan.canary.spec;
  const base = mapMatches(serviceOf(plan.canary).match, 'service.match');
  if (strategyOf(analysis) !== 'ab-testing') return [renderRule(version, plan, base, plan.weights)];
  const picked = mergeMatches(mapPickedMatches(analysis.match ?? [], 'analysis.match'), base);
  return [
    renderRule(version, plan, picked, plan.weights),
    renderRule(version, { ...plan, mirror: false }, base, undefined),
  ];
}

/** Without `weights` all requests of the rule go to the primary. Session affinity adds rules before this one. */
function renderRule(
  version: GatewayApiVersion,
  plan: RoutePlan,
  matches: readonly RouteMatch[],
  weights: Weights | undefined,
) {
  const service = serviceOf(plan.canary);
  const names = namesOf(plan.canary);
  const filters = mapFilters(service, { cors: version.extended });
  const mirror = plan.mirror ? [mirrorFilter({ name: names.canaryService, port: service.port })] : [];
  const primary = backend(names.primaryService, service.port, weights?.primary ?? 100);
  return {
    matches,
    // Always written, also when empty: a filter that went away must not live on in the object.
    filters: [...filters, ...mirror],
    backendRefs: weights ? [primary, backend(names.canaryService, service.port, weights.canary)] : [primary],
    timeouts: version.extended ? timeouts(service.timeout, service.backendTimeout) : undefined,
  };
}

function backend(name: string, port: number, weight: number) {
  return { group: '', kind: 'Service', name, port, weight };
}

function timeouts(request: string | undefined, backendRequest: string | undefined) {
  if (!request && !backendRequest) return undefined;
  return { request: request || undefined, backendRequest: backendRequest || undefined };
}

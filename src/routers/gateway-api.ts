import type { Canary } from '../api/canary.ts';
import type { ResourceType } from '../api/kube-object.ts';
import { apiVersionOf } from '../api/resources.ts';
import { SluiceError } from '../lib/sluice-error.ts';
import type { ReadObject, RouteObject, RoutePlan, Router } from '../ports/router.ts';
import { keyOf, namesOf } from '../rules/names.ts';
import { toolkitAnnotations } from '../rules/object-keys.ts';
import { ownersOf } from '../rules/ownership.ts';
import { releasedMetadata } from '../rules/release-objects.ts';
import { serviceOf } from '../rules/service-spec.ts';
import { observeRoute } from './gateway-api-observe.ts';
import { renderReleasedRule, renderRules } from './gateway-api-rules.ts';

/** What differs between the versions of the Gateway API that Sluice speaks. */
export interface GatewayApiVersion {
  readonly name: string;
  readonly resource: ResourceType;
  /** CORS filters, timeouts, and the cookie of session affinity for the primary. */
  readonly extended: boolean;
}

/** The router of one version: one HTTPRoute, named like the apex service. */
export function createGatewayApiRouter(version: GatewayApiVersion): Router {
  return {
    names: [version.name],
    capabilities: { weights: true, match: true, mirror: true, sessionAffinity: true },
    resources: [version.resource],
    render: (plan, read) => [renderRoute(version, plan, read)],
    release: (canary, read) => {
      const object = read(version.resource, routeRef(canary));
      if (object === undefined) return [];
      const spec = { rules: [renderReleasedRule(canary, version.extended)] };
      const metadata = releasedMetadata(canary, object);
      return [{ resource: version.resource, object, wanted: { metadata, spec } }];
    },
    observe: (canary, read) => {
      const route = read(version.resource, routeRef(canary));
      return route && observeRoute(canary, route);
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
      rules: renderRules(plan, version.extended),
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

import type { Canary } from '../../api/canary.ts';
import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf, gateways } from '@sluice/kube/objects/resources.ts';
import type { ReadObject, RouteObject, RoutePatch, RoutePlan, Router } from '../../ports/router.ts';
import { namesOf } from '../../rules/objects/names.ts';
import { originalAnnotation, toolkitAnnotations } from '../../rules/objects/object-keys.ts';
import { keepOriginal } from '../../rules/objects/original.ts';
import { releasedMetadata } from '../../rules/objects/release-objects.ts';
import { belongingTo, isMadeFor } from '../../rules/objects/ownership.ts';
import { serviceOf } from '../../rules/objects/service-spec.ts';
import { checkSpec } from './check-spec.ts';
import { gatewayObjects, parentRefs } from './gateways.ts';
import { observeRoute } from './observe-route.ts';
import { renderReleasedRule, renderRules } from './render-rules.ts';
import { retreatedRules } from './retreat-rules.ts';
import { leadsToApexAlone, readStanding, takenRouteFields } from './standing-route.ts';

/** The differences between the versions of the Gateway API that Sluice supports. */
export interface GatewayApiVersion {
  readonly name: string;
  readonly resource: ResourceType;
  /** CORS filters, timeouts, and the cookie of session affinity for the primary. */
  readonly extended: boolean;
}

/** The router of one version: one HTTPRoute, named like the apex service. */
export function createGatewayApiRouter(version: GatewayApiVersion): Router {
  const { resource, extended } = version;
  return {
    names: [version.name],
    capabilities: { weights: true, match: true, mirror: true, sessionAffinity: true },
    meshKinds: [resource, gateways],
    check: (canary) => checkSpec(canary, extended),
    objects: (canary) => [
      {
        resource,
        ref: routeRef(canary),
        access: 'own',
        belongs: (object) => leadsToApexAlone(canary, object),
        changes: 'its parents and hosts follow the Canary, and its rules lead to both sides',
      },
      ...gatewayObjects(canary),
    ],
    render: (plan, read) => [renderRoute(version, plan, read)],
    retreat: (canary, read) => patchStanding(version, canary, read, retreatedSpec),
    release: (canary, read) =>
      patchStanding(version, canary, read, (own, object) => ({
        metadata: releasedMetadata(own, object),
        spec: readStanding(own, object)?.released ?? { rules: [renderReleasedRule(own, extended)] },
      })),
    observe: (canary, read) => {
      const route = read(resource, routeRef(canary));
      return route && observeRoute(canary, route, read);
    },
  };
}

function routeRef(canary: Canary) {
  const { namespace } = canary.metadata;
  return { ...(namespace === undefined ? {} : { namespace }), name: namesOf(canary).apex };
}

function patchStanding(
  { resource }: GatewayApiVersion,
  canary: Canary,
  read: ReadObject,
  change: (canary: Canary, object: RoutePatch['object']) => RoutePatch['wanted'],
): readonly RoutePatch[] {
  const object = read(resource, routeRef(canary));
  return object === undefined ? [] : [{ resource, object, wanted: change(canary, object) }];
}

const retreatedSpec = (canary: Canary, object: RoutePatch['object']): RoutePatch['wanted'] => ({
  spec: { rules: retreatedRules(canary, object) },
});

function renderRoute(version: GatewayApiVersion, plan: RoutePlan, read: ReadObject): RouteObject {
  const { canary } = plan;
  const service = serviceOf(canary);
  const existing = read(version.resource, routeRef(canary));
  const standing = existing && readStanding(canary, existing);
  const { ownerReferences, annotations } = belongingTo(canary, existing, read.options?.meshCluster === true);
  const hosts = service.hosts ?? [];
  const object = {
    apiVersion: apiVersionOf(version.resource),
    kind: version.resource.kind,
    metadata: {
      ...routeRef(canary),
      labels: { ...service.apex?.labels },
      annotations: {
        ...service.apex?.annotations,
        ...toolkitAnnotations,
        ...annotations,
        ...takeOver(canary, existing),
      },
      ...(ownerReferences && { ownerReferences }),
    },
    spec: {
      parentRefs: parentRefs(canary),
      hostnames: hosts.length > 0 ? hosts : (standing?.hostnames ?? []),
      rules: [...renderRules(plan, version.extended, standing?.frames), ...(standing?.others ?? [])],
    },
  };
  return { resource: version.resource, object };
}

/** The annotation that keeps the original of a route of somebody else; empty once it is kept. */
function takeOver(canary: Canary, existing: RoutePatch['object'] | undefined) {
  if (existing === undefined || isMadeFor(canary, existing)) return {};
  const isKept = Object.hasOwn(existing.metadata.annotations ?? {}, originalAnnotation);
  return isKept ? {} : keepOriginal(existing, takenRouteFields);
}

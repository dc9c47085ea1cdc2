import type { Canary, CanaryService } from '../../api/canary.ts';
import { gateways, services } from '@sluice/kube/objects/resources.ts';
import type { RouterObject } from '../../ports/router.ts';
import { serviceOf } from '../../rules/objects/service-spec.ts';
import { showValue } from '../../api/field-problem.ts';
import { SpecError } from '../../rules/validation/spec-error.ts';

export type GatewayRef = NonNullable<CanaryService['gatewayRefs']>[number];

/** The parents of the route. Throws `SpecError` when there is none: the route would be attached to nothing. */
export function parentRefs(canary: Canary) {
  const refs = serviceOf(canary).gatewayRefs ?? [];
  if (refs.length === 0)
    throw new SpecError({
      field: 'spec.service.gatewayRefs',
      value: showValue(serviceOf(canary).gatewayRefs),
      message: 'name at least one Gateway: the Gateway API attaches a route to the Gateways that it names',
    });
  return refs.map((ref) => ({
    group: ref.group ?? 'gateway.networking.k8s.io',
    kind: ref.kind ?? 'Gateway',
    namespace: ref.namespace || undefined,
    name: ref.name,
    sectionName: ref.sectionName || undefined,
    port: ref.port,
  }));
}

/** Whether a parent is a Service: in a mesh the Service itself is the parent of its routes. */
export const isService = ({ kind }: GatewayRef): boolean => kind === 'Service';

export const isGateway = ({ kind, group }: GatewayRef): boolean =>
  (kind ?? 'Gateway') === 'Gateway' && (group ?? 'gateway.networking.k8s.io') === 'gateway.networking.k8s.io';

/** The Gateways and Services that the route names. They are read, because a missing Gateway follows no route. */
export function gatewayObjects(canary: Canary): readonly RouterObject[] {
  const refs = canary.spec.service?.gatewayRefs ?? [];
  return refs.flatMap((ref): readonly RouterObject[] => {
    const resource = isGateway(ref) ? gateways : isService(ref) ? services : undefined;
    if (resource === undefined) return [];
    return [{ resource, ref: refTo(ref, canary.metadata.namespace), access: 'read' }];
  });
}

export function refTo(ref: GatewayRef, namespace: string | undefined) {
  const own = ref.namespace || namespace;
  return { ...(own === undefined ? {} : { namespace: own }), name: ref.name };
}

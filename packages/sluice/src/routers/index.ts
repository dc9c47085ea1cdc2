import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { Router } from '../ports/router.ts';
import { gatewayApiV1 } from './gateway-api-v1.ts';
import { gatewayApiV1beta1 } from './gateway-api-v1beta1.ts';
import { kubernetes } from './kubernetes.ts';

export const routers: readonly Router[] = [kubernetes, gatewayApiV1, gatewayApiV1beta1];

/** Kinds of all routers that are in the mesh cluster where there is one. */
export const meshKinds: readonly ResourceType[] = routers.flatMap((router) => router.meshKinds);

/**
 * Finds a router by its exact provider string: `gatewayapi:v1` is a prefix of `gatewayapi:v1beta1`. Undefined when
 * there is none, which the caller reports (Flagger silently takes Istio).
 */
export function findRouter(name: string): Router | undefined {
  return routers.find((router) => router.names.includes(name));
}

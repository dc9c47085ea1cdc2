import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { gateways, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { isConflict, isNotFound } from '@sluice/kube/objects/kube-error.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { followKind } from './follow-kind.ts';

export interface StandInGateway {
  stop(): Promise<void>;
}

/**
 * Accepts every HTTPRoute at once, as a gateway does that has nothing against it, and makes the Gateways that routes name.
 * Carries no traffic.
 */
export function startStandInGateway(client: KubeClient): StandInGateway {
  const ending = new AbortController();
  const { signal } = ending;

  async function accept(route: AnyKubeObject): Promise<void> {
    const { name, namespace = '', generation } = route.metadata;
    const lastTransitionTime = new Date().toISOString();
    const parents = asList(asRecord(route['spec'])['parentRefs']).map((parentRef) => ({
      parentRef,
      controllerName: 'sluice.dev/stand-in',
      conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({
        type,
        status: 'True',
        reason: type,
        message: '',
        observedGeneration: generation,
        lastTransitionTime,
      })),
    }));
    const status = { status: { parents } };
    await client.mergePatch(httpRoutes, { name, namespace }, status, { subresource: 'status' }, signal);
  }

  async function ensureGateways(route: AnyKubeObject): Promise<void> {
    const refs = asList(asRecord(route['spec'])['parentRefs']).map(asRecord);
    await Promise.all(
      refs.map(async (ref) => {
        const namespace = asText(ref['namespace']) ?? route.metadata.namespace ?? '';
        const gateway = {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'Gateway',
          metadata: { name: asText(ref['name']) ?? '', namespace },
          spec: {
            gatewayClassName: 'stand-in',
            listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }],
          },
        };
        await client.create(gateways, gateway, signal).catch((error: unknown) => {
          if (!isConflict(error)) throw error;
        });
      }),
    );
  }

  const seen = new Map<string, number | undefined>();
  async function see(route: AnyKubeObject): Promise<void> {
    const { uid = '', generation } = route.metadata;
    if (seen.get(uid) === generation) return;
    await ensureGateways(route);
    await accept(route);
    seen.set(uid, generation);
  }

  const seeSafely = (route: AnyKubeObject): Promise<void> =>
    see(route).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  const following = followKind(
    client,
    httpRoutes,
    {
      onList: async (items) => void (await Promise.all(items.map(seeSafely))),
      onChange: (type, route) => (type === 'DELETED' ? undefined : seeSafely(route)),
    },
    signal,
  ).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return {
    async stop() {
      ending.abort();
      await following;
    },
  };
}

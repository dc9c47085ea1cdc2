import type { AnyKubeObject } from '../../../src/api/kube-object.ts';
import { httpRoutes } from '../../../src/api/resources.ts';
import { asList, asRecord } from '../../../src/lib/json-read.ts';
import { KubeError } from '../../../src/lib/kube-error.ts';
import type { KubeClient } from '../../../src/ports/kube.ts';

export interface StandInGateway {
  stop(): Promise<void>;
}

/** Accepts every HTTPRoute at once, as a gateway does that has nothing against it. Carries no traffic. */
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

  const seen = new Map<string, number | undefined>();
  async function see(route: AnyKubeObject): Promise<void> {
    const { uid = '', generation } = route.metadata;
    if (seen.get(uid) === generation) return;
    await accept(route);
    seen.set(uid, generation);
  }

  /** From one list to the end of its watch. A route that is gone, or a server that is away, is no failure. */
  async function once(): Promise<void> {
    try {
      const { items, resourceVersion } = await client.list(httpRoutes, {}, signal);
      for (const route of items) await see(route);
      const events = client.watch(httpRoutes, { resourceVersion, timeoutSeconds: 300 }, signal);
      for await (const { type, object } of events)
        if (type === 'ADDED' || type === 'MODIFIED') await see(object);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof KubeError)) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  }

  async function follow(): Promise<void> {
    for (;;) await once();
  }

  const following = follow().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return {
    async stop() {
      ending.abort();
      await following;
    },
  };
}

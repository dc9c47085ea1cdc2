import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

/** The local store does not model field ownership: a live GET shows the books of a real API server. */
export function keepBooks(client: KubeClient, manager: string | undefined): KubeClient {
  if (manager === undefined) return client;
  return {
    ...client,
    async get(resource, ref, signal) {
      const object = await client.get(resource, ref, signal);
      const managedFields = [
        { manager: 'sluice', subresource: 'status', time: '2026-01-01T00:00:00Z' },
        { manager, subresource: 'status', time: '2026-01-01T00:00:01Z' },
        { manager: 'helm', time: '2026-01-01T00:00:02Z' },
      ];
      return { ...object, metadata: { ...object.metadata, managedFields } } as AnyKubeObject;
    },
  };
}

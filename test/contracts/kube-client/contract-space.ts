import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

/** Where one run of the contract works: a namespace of its own, and names that are new in it. */
export interface ContractSpace {
  /** There from the first test on, not while tests are being described. */
  readonly client: KubeClient;
  readonly namespace: string;
  readonly nextName: () => string;
  readonly configMap: (data: Record<string, string>, labels?: Record<string, string>) => AnyKubeObject;
  readonly create: (configMap: AnyKubeObject) => Promise<AnyKubeObject>;
}

/** Long enough for any server, and shorter than a test may take. */
export const within = (): AbortSignal => AbortSignal.timeout(15_000);

export const refOf = ({ metadata }: AnyKubeObject) => ({
  ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  name: metadata.name,
});

export function createContractSpace(client: () => KubeClient): ContractSpace {
  const namespace = `contract-${process.pid}-${Math.floor(performance.now())}`;
  let count = 0;
  const nextName = (): string => `object-${++count}`;
  return {
    get client() {
      return client();
    },
    namespace,
    nextName,
    configMap: (data, labels = {}) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: nextName(), namespace, labels },
      data,
    }),
    create: (configMap) => client().create(configMaps, configMap, within()),
  };
}

import type { CanaryStatus } from '@sluice/sluice/api/canary-status.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments, endpointSlices, namespaces } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import { countReadyEndpoints } from '@sluice/sluice/rules/traffic/ready-endpoints.ts';
import { within } from '../../contracts/kube-client/contract-space.ts';
import { clientOf } from './client-of.ts';
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane, ControlPlaneOptions } from './control-plane.ts';
import { startControllerProcess } from './controller-process.ts';
import type { ControllerProcess, ControllerProcessOptions } from './controller-process.ts';
import { gatewayApiDefinitions, installDefinitions } from './install-definitions.ts';
import type { KubeApiServerBinaries } from './kube-apiserver.ts';
import type { RealKube } from './cluster-access.ts';
import { startStandInGateway } from './stand-in-gateway.ts';
import type { StandInGateway } from './stand-in-gateway.ts';
import { startStandInKubelet } from './stand-in-kubelet.ts';
import type { StandInKubelet, StandInKubeletOptions } from './stand-in-kubelet.ts';

export interface RealClusterOptions extends ControlPlaneOptions {
  /** Made before anything else; default `test`. */
  readonly namespaces?: readonly string[];
  /** Beyond ours and Gateway API's. */
  readonly definitions?: readonly AnyKubeObject[];
  readonly kubelet?: StandInKubeletOptions;
  /** Starts what follows HTTPRoutes; default the stand-in that says yes. */
  readonly startGateway?: (kube: RealKube, plane: ControlPlane) => Promise<StandInGateway>;
}

/** A control plane with our definitions and Gateway API's, a kubelet and a gateway that say yes, and what tests ask of it. */
export interface RealCluster {
  readonly plane: ControlPlane;
  readonly kube: RealKube;
  readonly kubelet: StandInKubelet;
  createNamespace(name: string): Promise<void>;
  /** Undefined: not there. */
  get(resource: ResourceType, ref: ObjectRef): Promise<AnyKubeObject | undefined>;
  deployment(namespace: string, name: string): Promise<AnyKubeObject | undefined>;
  status(namespace: string, name?: string): Promise<Partial<CanaryStatus>>;
  /** Ready endpoints of a service. */
  ready(namespace: string, service: string): Promise<number>;
  /** A controller of this cluster; ends with it at the latest. */
  startController(options?: Partial<ControllerProcessOptions>): ControllerProcess;
  close(): Promise<void>;
}

export async function startRealCluster(
  binaries: KubeApiServerBinaries,
  options: RealClusterOptions = {},
): Promise<RealCluster> {
  /** What was started, last first. */
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0)) await end();
  };
  try {
    const plane = await startControlPlane(binaries, options);
    ends.unshift(() => plane.stop());
    const kube = clientOf(plane);
    ends.unshift(() => kube.close());
    await installDefinitions(kube.client, [
      ...gatewayApiDefinitions(binaries),
      ...(options.definitions ?? []),
    ]);
    const createNamespace = async (name: string): Promise<void> => {
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      await kube.client.create(namespaces, object, within());
    };
    for (const name of options.namespaces ?? ['test']) await createNamespace(name);
    const kubelet = startStandInKubelet(kube, options.kubelet);
    ends.unshift(() => kubelet.stop());
    const gateway = (await options.startGateway?.(kube, plane)) ?? startStandInGateway(kube.client);
    ends.unshift(() => gateway.stop());
    return {
      ...questions(kube),
      plane,
      kube,
      kubelet,
      createNamespace,
      startController(own = {}) {
        const controller = startControllerProcess({ kubeconfig: plane.kubeconfig, ...own });
        ends.unshift(() => controller.stop());
        return controller;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function questions({ client }: RealKube) {
  const get = (resource: ResourceType, ref: ObjectRef): Promise<AnyKubeObject | undefined> =>
    client.get(resource, ref, within()).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  return {
    get,
    deployment: (namespace: string, name: string) => get(deployments, { namespace, name }),
    async status(namespace: string, name = 'podinfo'): Promise<Partial<CanaryStatus>> {
      return asRecord((await get(canaries, { namespace, name }))?.['status']);
    },
    async ready(namespace: string, service: string): Promise<number> {
      const labelSelector = `kubernetes.io/service-name=${service}`;
      const { items } = await client.list(endpointSlices, { namespace, labelSelector }, within());
      return countReadyEndpoints(items);
    },
  };
}

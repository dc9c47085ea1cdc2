import type { DecisionPolicy } from '@sluice/sluice/ports/decision-policy.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { daemonSets, deployments, services } from '@sluice/kube/objects/resources.ts';
import type { ControllerDeps } from '@sluice/sluice/controller/controller.ts';
import type { Router } from '@sluice/sluice/ports/router.ts';
import type { Store } from '@sluice/local/store/store.ts';
import type { ApiFaults } from '../fakes/api-faults.ts';
import type { HookReply } from '../fakes/fake-receiver.ts';
import type { ObserveWrite } from '../checks/observe-writes.ts';
import type { CanaryParts } from './objects.ts';

export type ControllerOptions = Partial<ControllerDeps['options']>;

export interface ScenarioOptions extends CanaryParts {
  readonly provider?: string;
  /** One more router, or one in place of that of the index. */
  readonly router?: Router;
  /** Whether the gateway writes no status of a route, so that nobody can tell what it follows. */
  readonly silentGateway?: boolean;
  /** The target, a Deployment, DaemonSet or Service; a Deployment of image podinfo:1 unless told. */
  readonly target?: AnyKubeObject;
  /** False: the Gateway that routes name does not exist. */
  readonly gateway?: boolean;
  /** Put into the cluster before the controller starts. */
  readonly objects?: readonly (readonly [ResourceType, AnyKubeObject])[];
  /** Status of the Canary before the controller starts: another one's work. */
  readonly status?: Readonly<Record<string, unknown>>;
  /** What hooks answer from the start; default 200. */
  readonly replies?: Readonly<Record<string, HookReply>>;
  /** Whom the API server's books name as last writer of the status; by default they name nobody. */
  readonly manager?: string;
  /** What breaks of the API from the start. */
  readonly faults?: readonly Parameters<ApiFaults['break']>[];
  /** Whether the controller holds its lease; default always. */
  readonly mayAct?: () => boolean;
  /** 0.5 unless told. */
  readonly random?: () => number;
  readonly controllerOptions?: ControllerOptions;
  /** Honours freezes, whose namespace `everywhere` holds for all; without it there are none. */
  readonly freezes?: { readonly everywhere: string };
  /** The admission policy of decisions; none unless told. */
  readonly decisionPolicy?: DecisionPolicy;
  /** Sees each write of the controller at the moment it is done. */
  readonly observe?: (store: Store) => ObserveWrite;
}

const targetResources = { DaemonSet: daemonSets, Service: services, Deployment: deployments } as const;

/** The kind of the target, and of its primary. */
export const targetResource = ({ target }: ScenarioOptions): ResourceType =>
  Object.entries(targetResources).find(([kind]) => kind === target?.kind)?.[1] ?? deployments;

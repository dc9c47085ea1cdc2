import type {
  AnyKubeObject,
  KubeObject,
  ObjectMeta,
  OwnerReference,
} from '@sluice/kube/objects/kube-object.ts';
import type { PodTemplate } from '../kubelet/pod.ts';

/** The fields of workloads that the controllers act on; all others pass through untouched. */
export interface Deployment extends KubeObject {
  readonly spec: DeploymentSpec;
  readonly status?: DeploymentStatus;
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

export interface DeploymentSpec {
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly strategy?: {
    readonly type?: 'RollingUpdate' | 'Recreate';
    readonly rollingUpdate?: {
      readonly maxSurge?: number | string;
      readonly maxUnavailable?: number | string;
    };
  };
  readonly paused?: boolean;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly progressDeadlineSeconds?: number;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastUpdateTime: string;
  readonly lastTransitionTime: string;
}

export interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly conditions?: readonly Condition[];
}

export interface ReplicaSet extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly minReadySeconds?: number;
  };
  readonly status?: ReplicaSetStatus;
}

export interface ReplicaSetStatus {
  readonly observedGeneration?: number;
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

export interface DaemonSet extends KubeObject {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly minReadySeconds?: number;
    readonly updateStrategy?: { readonly type?: string };
  };
  readonly status?: Readonly<Record<string, unknown>>;
}

/** Casts a stored object; a malformed one fails only its own reconciliation. */
export const asDeployment = (object: AnyKubeObject): Deployment => object as unknown as Deployment;
export const asReplicaSet = (object: AnyKubeObject): ReplicaSet => object as unknown as ReplicaSet;
export const asDaemonSet = (object: AnyKubeObject): DaemonSet => object as unknown as DaemonSet;
export const asObject = (object: KubeObject): AnyKubeObject => object as AnyKubeObject;

/** Metadata without the resourceVersion, for writes of fields that only the writer owns. */
export function unversioned(metadata: ObjectMeta): ObjectMeta {
  const { resourceVersion: _, ...rest } = metadata;
  return rest;
}

export const desiredReplicas = (workload: { readonly spec: { readonly replicas?: number } }): number =>
  workload.spec.replicas ?? 1;

export function ownedBy(object: KubeObject, uid: string | undefined): boolean {
  return (object.metadata.ownerReferences ?? []).some((it) => it.controller === true && it.uid === uid);
}

/** The owner reference of an object that `owner` controls. */
export function controllerReference({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  const { name, uid = '' } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

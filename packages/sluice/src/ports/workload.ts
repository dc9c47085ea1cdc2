import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { ReadObject, RouteObject } from './router.ts';

/**
 * One kind of target. Every method is pure: the pass reads objects from the caches and writes what comes
 * back, so that guards and resourceVersions stand in one place. Rules: docs/reference/workloads.
 * Methods throw `SluiceError` with a sentence for people when the target cannot be used as it is.
 */
export interface Workload {
  /** `spec.targetRef.kind`. */
  readonly kind: string;
  readonly resource: ResourceType;
  /**
   * The sizes of this kind. `replicas`: any number, and autoscalers may choose it. `switch`: its pods run or they do
   * not, in a number that nobody sets (a pod on each node). `none`: it has no pods, and is neither stopped nor started.
   */
  readonly sizing: 'replicas' | 'switch' | 'none';
  /** The part of the target whose change starts a run, as plain JSON: the input of a revision. */
  revisionInput(target: AnyKubeObject): unknown;
  /**
   * The selectors for the pods of the two sides: those that target and primary have themselves. A label of
   * `selectorLabels` decides only how a new primary differs. Undefined for a kind without pods, whose Services come
   * from `ownServices`. Throws when the target's selector has none of `selectorLabels`.
   */
  selectors(
    target: AnyKubeObject,
    primary: AnyKubeObject | undefined,
    selectorLabels: readonly string[],
  ): SideSelectors | undefined;
  /** Labels of the pods that it makes; empty for a kind without pods. */
  podLabels(workload: AnyKubeObject): Labels;
  /** Whether a workload shows by itself that it was made as a primary, by Sluice or by Flagger. */
  isPrimary(workload: AnyKubeObject): boolean;
  /** Services of a kind without pods, beside its primary; to be compared with `patchTo` (`@sluice/lib/json/merge.ts`). */
  ownServices(target: AnyKubeObject, context: ServicesContext, read: ReadObject): readonly RouteObject[];
  /** Ports of the containers beside the service's own (`service.portDiscovery`). */
  discoverPorts(workload: AnyKubeObject, service: ServicePort): readonly DiscoveredPort[];
  /** Whether a container of its pods has a port of this name; true for a kind without pods. */
  namesPort(workload: AnyKubeObject, name: string): boolean;
  /** `container=image`, in order, as payloads and people see a revision. */
  images(workload: AnyKubeObject): readonly string[];
  /** The ConfigMaps and Secrets that the target's pods read, each once; none for a kind without pods. */
  configReferences(target: AnyKubeObject): readonly ConfigReference[];
  /** Size of the workload by its spec; 0 when it is stopped or has no pods, 1 for a switch that is on. */
  replicas(workload: AnyKubeObject): number;
  /** Whether the workload runs what its spec says; `readyPercent` 0 to 100 of the updated pods. */
  readiness(workload: AnyKubeObject, readyPercent: number): Readiness;
  /** The primary to create, complete with names, labels, owner and replicas. */
  buildPrimary(target: AnyKubeObject, context: PrimaryContext): AnyKubeObject;
  /** Merge patch that makes `primary` run what `target` runs now. */
  promotionPatch(
    target: AnyKubeObject,
    primary: AnyKubeObject,
    context: PrimaryContext,
  ): Record<string, unknown>;
  /**
   * Whether primary runs the target's template, the `-primary` renames undone. Decides adoption and no-op promotion.
   * In a primary that Flagger made, a copy that is not in `configNames` counts as its original, and the content of
   * copies is not compared: Flagger records none.
   */
  runsSame(target: AnyKubeObject, primary: AnyKubeObject, context: PrimaryContext): boolean;
  /** The fields of a primary that a promotion changes, except its size, as plain JSON: they are kept before it. */
  snapshot(primary: AnyKubeObject): Readonly<Record<string, unknown>>;
  /** Merge patch that makes `primary` run what a snapshot holds; empty when it does. */
  restorePatch(primary: AnyKubeObject, snapshot: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Merge patch that sets the size; 0 stops the workload, and any other number turns a switch on. */
  scalePatch(workload: AnyKubeObject, replicas: number): Record<string, unknown>;
}

export interface ServicesContext {
  readonly canary: Canary;
  /** `-include-label-prefix`, split; `*` means all. */
  readonly includeLabelPrefixes: readonly string[];
}

export interface PrimaryContext extends ServicesContext {
  readonly selectorLabels: readonly string[];
  /** Revision the primary will run; kept on it as annotation `sluice.dev/revision`. */
  readonly revision: string;
  /**
   * The copies that the primary reads: from `configmap/<name>` or `secret/<name>` to the copy's name. Both sides
   * read all other objects; empty without config tracking.
   */
  readonly configNames: ReadonlyMap<string, string>;
  /** Hash of the content of those copies; when it changes, a promotion restarts the primary's pods. */
  readonly configRevision?: string;
}

export type ConfigKind = 'ConfigMap' | 'Secret';

export interface ConfigReference {
  readonly kind: ConfigKind;
  readonly name: string;
  /** Pods start without it. */
  readonly optional: boolean;
}

export type Labels = Readonly<Record<string, string>>;

export interface SideSelectors {
  /** Key of the label whose value tells the sides apart; the Services carry it, too. */
  readonly key: string;
  readonly canary: Labels;
  readonly primary: Labels;
}

/** The port of a Service, and the port of the pods it leads to. */
export interface ServicePort {
  readonly port: number;
  readonly targetPort?: number | string;
  readonly portName?: string;
  readonly appProtocol?: string;
  readonly portDiscovery?: boolean;
}

export interface DiscoveredPort {
  readonly name: string;
  readonly port: number;
}

export interface Readiness {
  readonly ready: boolean;
  /** Kubernetes itself gave up on this rollout (ProgressDeadlineExceeded). */
  readonly stuck: boolean;
  /** `2 of 3 updated pods available`, for people. */
  readonly message: string;
}

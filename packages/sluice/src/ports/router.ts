import type { Canary, CanaryAnalysis } from '../api/canary.ts';
import type { FieldProblem } from '../api/field-problem.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';

/**
 * One way to split traffic. Pure: a router says which objects it needs, how they should read for a plan, and what they
 * read now. The pass compares, guards and writes, so a reconcile and a weight step are one and the same thing: weights
 * always come from the plan, which comes from status, never from the object.
 */
export interface Router {
  /** Exact provider strings: `gatewayapi:v1`. */
  readonly names: readonly string[];
  readonly capabilities: RouterCapabilities;
  /** Kinds that are in the mesh cluster where there is one (`-kubeconfig-service-mesh`); all others are in the Canary's. */
  readonly meshKinds: readonly ResourceType[];
  /**
   * Finds the fields of the spec that this router cannot follow, each with a cure, before any object is made. `render`
   * does not throw for a canary without such fields.
   */
  check(canary: Canary, read: ReadObject): readonly FieldProblem[];
  /** The objects that it reads and writes for this canary. The controller watches them and checks whose they are. */
  objects(canary: Canary): readonly RouterObject[];
  /**
   * The objects to write, complete with the fields we own. Foreign labels, annotations and fields of `read`'s objects
   * survive the write. Throws `SluiceError` naming the field when the spec lacks something.
   */
  render(plan: RoutePlan, read: ReadObject): readonly RouteObject[];
  /**
   * The way back without a valid spec: the existing objects with all traffic at the primary, without mirroring or session
   * affinity. The pass applies them with `patchTo`. Empty when no object exists.
   */
  retreat(canary: Canary, read: ReadObject): readonly RoutePatch[];
  /**
   * The objects to leave behind when the Canary is deleted and the traffic goes back to the target, each with its wanted
   * form. An object that was taken over gets its original back; a made one points at the apex service and has no owner.
   */
  release(canary: Canary, read: ReadObject): readonly RoutePatch[];
  /** Undefined while the objects do not exist. */
  observe(canary: Canary, read: ReadObject): RouteObservation | undefined;
}

/**
 * What the pass does with an object. `own`: creates it, and deletes it once it is no longer wanted. `patch`: changes an
 * object of the user, if it exists, and applies `release` to it when the Canary is deleted. `leave`: creates it and leaves
 * it. `read`: never writes it.
 */
export type Access = 'read' | 'patch' | 'own' | 'leave';

/** Settings of the installation for all routers. */
export interface RouterOptions {
  /** Class of Ingress-like objects (`-ingress-class`); empty for none. */
  readonly ingressClass: string;
  /** Prefix of annotations on Ingresses (`-ingress-annotations-prefix`). */
  readonly annotationsPrefix: string;
  /**
   * Whether `meshKinds` are in another cluster than the Canary. An `own` object of such a kind carries `markOf` instead of an
   * owner, as one outside of the Canary's namespace does.
   */
  readonly meshCluster: boolean;
}

export interface RouterObject {
  readonly resource: ResourceType;
  /**
   * Without a namespace: cluster-scoped. An `own` object outside of the Canary's namespace, or of its cluster, carries `markOf`
   * (rules/objects/ownership.ts) instead of an owner; the pass deletes it with the Canary, unless `release` took the mark away.
   */
  readonly ref: ObjectRef;
  readonly access: Access;
  /** With `own`: whether an existing object that was not made for the Canary evidently belongs to it (`rules/objects/whose.ts`). */
  readonly belongs?: (object: AnyKubeObject) => boolean;
  /** With `own`: a phrase that says what changes in an object that is taken over. */
  readonly changes?: string;
}

export interface RouterCapabilities {
  /** Can send a share of requests to the canary. */
  readonly weights: boolean;
  /** Can pick requests by header or cookie (A/B). */
  readonly match: boolean;
  readonly mirror: boolean;
  /** Can keep callers at one side by cookie. */
  readonly sessionAffinity: boolean;
}

export interface RoutePlan {
  readonly canary: Canary;
  readonly audience: Audience;
  readonly weights: Weights;
  readonly mirror: boolean;
  /** Port of each side's service. */
  readonly ports: SidePorts;
  /** Absent: no session affinity. Routers without session affinity ignore it, and all do in an A/B test. */
  readonly cookies?: RouteCookies;
}

/** The requests that the weights apply to; all others go to the primary. */
export type Audience =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'picked'; readonly matches: NonNullable<CanaryAnalysis['match']> };

export interface SidePorts {
  readonly primary: number;
  readonly canary: number;
}

/** Cookies that keep callers at their side, each as `name=value`. */
export interface RouteCookies {
  /** Cookie of this run: its holders go to the canary, whatever the weights. */
  readonly canary?: string;
  /** Cookie of this weight step: its holders go to the primary. */
  readonly primary?: string;
  /** Cookie of the previous run, which is removed from its holders. */
  readonly previous?: string;
  readonly redraw?: RedrawCookie;
}

/** The primary's cookie of the step before, whose holders were left there at a smaller canary weight. */
export interface RedrawCookie {
  readonly cookie: string;
  /** Canary weight in percent at which it was given. */
  readonly weight: number;
}

/** Percent; the two always sum to 100. */
export interface Weights {
  readonly primary: number;
  readonly canary: number;
}

export interface ReadObject {
  (resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined;
  /** Whether the cache has listed this kind there: an object that may not be read is not missing. Absent: it has. */
  isListed?(resource: ResourceType, namespace: string | undefined): boolean;
  /** Absent: no ingress class, and the prefix of the kind's own controller. */
  readonly options?: RouterOptions;
}

export interface RouteObject {
  readonly resource: ResourceType;
  readonly object: AnyKubeObject;
}

export interface RoutePatch {
  readonly resource: ResourceType;
  readonly object: AnyKubeObject;
  readonly wanted: Readonly<Record<string, unknown>>;
}

export interface RouteObservation {
  readonly weights: Weights;
  readonly mirrored: boolean;
  readonly gateway: GatewayWord;
}

/**
 * The state of the objects in the data plane. `follows`: it has taken them as they are. `silent`: it writes no status,
 * and is trusted. `pending`: it has not taken them yet. `refuses`: it does not take them, or drops a part of them.
 */
export type GatewayWord =
  | { readonly state: 'follows' }
  | { readonly state: 'silent' | 'pending' | 'refuses'; readonly message: string };

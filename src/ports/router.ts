import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '../api/kube-object.ts';

/**
 * One way to split traffic. Pure: `render` says how the route objects should read for a plan, `observe`
 * says what they read now. The pass compares, guards and writes, so a reconcile and a weight step are one
 * and the same thing: weights always come from the plan, which comes from status, never from the object.
 */
export interface Router {
  /** Exact provider strings: `gatewayapi:v1`. */
  readonly names: readonly string[];
  readonly capabilities: RouterCapabilities;
  /** Kinds it reads and writes; watched only when a canary uses this router. */
  readonly resources: readonly ResourceType[];
  /**
   * The objects as they should be, complete with the fields we own. Foreign labels, annotations and fields
   * of `read`'s objects survive the write. Throws `SluiceError` naming the field when the spec lacks something.
   */
  render(plan: RoutePlan, read: ReadObject): readonly RouteObject[];
  /**
   * What to leave behind when the Canary is deleted and its traffic goes back to the target: its objects as they are, and
   * how they should read, leading to the apex service and owned by nobody. To be compared with `patchTo`. Absent: nothing.
   */
  release?(canary: Canary, read: ReadObject): readonly RouteRelease[];
  /** Undefined while the objects do not exist. */
  observe(canary: Canary, read: ReadObject): RouteObservation | undefined;
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
  readonly weights: Weights;
  readonly mirror: boolean;
  /** Absent: nobody is kept anywhere. Routers without session affinity ignore it, and all do in an A/B test. */
  readonly cookies?: RouteCookies;
}

/** Cookies that keep callers at their side, each as `name=value`. */
export interface RouteCookies {
  /** Of this run: who has it goes to the canary, whatever the weights. */
  readonly canary?: string;
  /** Of this weight step: who has it goes to the primary. */
  readonly primary?: string;
  /** Of the run before: taken back from whoever still has it. */
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

export type ReadObject = (resource: ResourceType, ref: ObjectRef) => AnyKubeObject | undefined;

export interface RouteObject {
  readonly resource: ResourceType;
  readonly object: AnyKubeObject;
}

export interface RouteRelease {
  readonly resource: ResourceType;
  readonly object: AnyKubeObject;
  readonly wanted: Readonly<Record<string, unknown>>;
}

export interface RouteObservation {
  readonly weights: Weights;
  readonly mirrored: boolean;
  /** Why the data plane does not (yet) follow the object; absent when it does, or cannot say. */
  readonly notAccepted?: string;
}

import type { Canary } from '../api/canary.ts';
import type { Serving } from '../api/canary-status.ts';
import type { FieldProblem } from '../api/field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { RouteObservation, Router } from '../ports/router.ts';
import type { Scaler } from '../ports/scaler.ts';
import type { Workload } from '../ports/workload.ts';
import type { ReadySides } from '../rules/traffic/guard-routes.ts';
import type { CanaryNames } from '../rules/objects/names.ts';
import type { Strategy } from '../rules/traffic/strategy.ts';
import type { ConfigState } from '../rules/configs/tracked-configs.ts';
import type { Leftover, Ownership } from './ownership.ts';

/** Everything a pass looks at, read from the caches once. */
export interface Seen {
  /** `namespace/name` */
  readonly key: string;
  /** Milliseconds; one moment for the whole pass. */
  readonly now: number;
  /** The Canary as it stands on the server: what a write of its status is compared with. */
  readonly raw: AnyKubeObject;
  /**
   * The same, parsed, as its router can run it, its status in our names, and under the names that live traffic uses: names
   * that the spec has only just asked for are in `asked`.
   */
  readonly canary: Canary;
  /** What the spec asks live traffic to go by. */
  readonly asked: Serving;
  /** Names and ports of live traffic: as recorded, or those of the spec where nothing is recorded yet. */
  readonly serving: Serving;
  readonly namespace: string;
  readonly names: CanaryNames;
  readonly strategy: Strategy;
  readonly workload: Workload;
  readonly router: Router;
  readonly target: AnyKubeObject | undefined;
  readonly primary: AnyKubeObject | undefined;
  /** What `spec.autoscalerRef` names, and its copy for the primary; undefined when it names nothing. */
  readonly scaling: Scaling | undefined;
  /** What the target's pods read beside their template. */
  readonly configs: ConfigState;
  /** Of the target's pod template alone; undefined when there is no target. */
  readonly templateRevision: string | undefined;
  /** Of the target as it is now, its configuration included; undefined when there is no target, and while nobody can tell. */
  readonly revision: string | undefined;
  readonly ready: ReadySides;
  /** What the routes say now; undefined before they exist. */
  readonly route: RouteObservation | undefined;
  readonly intervalMs: number;
  /** Whose the objects are that stand where this canary wants its own. */
  readonly ownership: Ownership;
  /** Objects that stand under names that are no longer in use, those that carry traffic first; undefined while nobody can tell. */
  readonly leftovers: readonly Leftover[] | undefined;
  /** An older Canary claims an object of this one, which is left untouched. */
  readonly isSecond: boolean;
  /** Why the spec cannot be run as it is. With any of these nothing is begun or continued; the brakes work. */
  readonly problems: readonly FieldProblem[];
  /** What of the spec is done differently, to be said once. */
  readonly warnings: readonly FieldProblem[];
}

export interface Scaling {
  readonly scaler: Scaler;
  readonly target: AnyKubeObject | undefined;
  readonly primary: AnyKubeObject | undefined;
}

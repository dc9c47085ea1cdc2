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

/** Everything that a pass reads, once, from the caches. */
export interface Seen {
  /** `namespace/name` */
  readonly key: string;
  /** Milliseconds; one moment for the whole pass. */
  readonly now: number;
  /** The raw Canary, as on the server: a status write is a diff against it. */
  readonly raw: AnyKubeObject;
  /**
   * The parsed Canary: limited to what its router can do, with its status decoded, and with the names and ports that live
   * traffic uses. New names and ports of the spec are in `asked`.
   */
  readonly canary: Canary;
  /** Names and ports that the spec wants for live traffic. */
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
  /** Owners of the existing objects whose names this canary wants. */
  readonly ownership: Ownership;
  /** Objects under names that are no longer used, traffic carriers first; undefined while a kind is not listed. */
  readonly leftovers: readonly Leftover[] | undefined;
  /** An older Canary claims an object of this one, which is left untouched. */
  readonly isSecond: boolean;
  /** Problems that make the spec invalid: no run starts or continues, but the brakes work. */
  readonly problems: readonly FieldProblem[];
  /** Fields that Sluice treats differently from what they say; each is announced once. */
  readonly warnings: readonly FieldProblem[];
}

export interface Scaling {
  readonly scaler: Scaler;
  readonly target: AnyKubeObject | undefined;
  readonly primary: AnyKubeObject | undefined;
}

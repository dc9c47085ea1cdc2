import type { Canary } from '../api/canary.ts';
import type { CanaryStatus, Waiting } from '../api/canary-status.ts';
import type { FieldProblem } from '../api/field-problem.ts';
import type { AnyKubeObject } from '../api/kube-object.ts';
import type { KubeError } from '../lib/kube-error.ts';
import type { RouteObservation, Router } from '../ports/router.ts';
import type { Scaler } from '../ports/scaler.ts';
import type { Workload } from '../ports/workload.ts';
import type { CanaryNames } from '../rules/names.ts';
import type { ReadySides } from '../rules/guard-routes.ts';
import type { Strategy } from '../rules/strategy.ts';
import type { ConfigState } from '../rules/tracked-configs.ts';
import type { RolloutDeps } from './deps.ts';
import type { CanaryMemory } from './memory.ts';

/** Everything a pass looks at, read from the caches once. */
export interface World {
  readonly key: string;
  /** Milliseconds; one moment for the whole pass. */
  readonly now: number;
  readonly canary: Canary;
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
  /** What of the spec is done differently, to be said once. */
  readonly warnings: readonly FieldProblem[];
}

export interface Scaling {
  readonly scaler: Scaler;
  readonly target: AnyKubeObject | undefined;
  readonly primary: AnyKubeObject | undefined;
}

export interface Announcement {
  readonly type: 'Normal' | 'Warning';
  /** One word, CamelCase: what kubectl shows as REASON. */
  readonly reason: string;
  readonly message: string;
}

/** The status to be, and what to say once it is written. Steps change it; only the pass writes it. */
export interface Draft {
  status: CanaryStatus;
  readonly announcements: Announcement[];
  /** Changes of memory and of open questions that follow from a decision; done once it is recorded. */
  readonly onRecorded: (() => void)[];
  /** Set by the decision that ends a run: its post-rollout hooks are owed, and it is counted. */
  ended:
    | { readonly result: 'success' | 'failure' | 'withdrawn'; readonly analysis: 'completed' | 'skipped' }
    | undefined;
}

export interface PassContext {
  readonly world: World;
  readonly draft: Draft;
  readonly memory: CanaryMemory;
  readonly deps: RolloutDeps;
  readonly signal: AbortSignal;
  /** The pass runs again at `time` (milliseconds) at the latest. */
  wakeAt(time: number): void;
  /** The API failed at something that the rest of the pass can do without: the pass runs again with back-off. */
  retryLater(error: KubeError): void;
}

/** `continue`: the next step. `decided`: the draft says what happens next; record it, then start over. */
export type StepResult = 'continue' | 'decided' | Stop;

export interface Stop {
  readonly stop: Pick<Waiting, 'for' | 'message'> & { readonly name?: string; readonly until?: number };
}

export interface Step {
  readonly name: string;
  run(context: PassContext): StepResult | Promise<StepResult>;
}

export const stop = (
  reason: Waiting['for'],
  message: string,
  details: { readonly name?: string; readonly until?: number } = {},
): Stop => ({ stop: { for: reason, message, ...details } });

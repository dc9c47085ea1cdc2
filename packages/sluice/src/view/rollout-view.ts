import type {
  Approval,
  Condition,
  DeadLetter,
  DecisionRecord,
  OutboxEntry,
  PastRun,
  Paused,
  Phase,
} from '../api/canary-status.ts';

/**
 * One rollout as people see it: the object behind `sluice get` and `status`, their `-o json`, and the console. Made from a
 * Canary alone; times are RFC 3339 in UTC, weights percent.
 */
export interface RolloutView {
  readonly apiVersion: 'cli.sluice.dev/v1';
  readonly kind: 'RolloutView';
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
  readonly phase: Phase;
  /** How the rollout stands, for icon and colour: the same in the terminal and in the console. */
  readonly state: RolloutState;
  /** `deployment/podinfo` */
  readonly target: string;
  readonly strategy: 'canary' | 'blue-green' | 'ab-testing';
  readonly provider: string;
  /** Revision of the run without its scheme; empty before the first run. */
  readonly revision: string;
  readonly images: ImagesView;
  readonly traffic: TrafficView;
  readonly steps: readonly StepView[];
  readonly checks: ChecksView;
  readonly hooks: readonly HookView[];
  readonly waitsFor: WaitView;
  readonly run: RunView | null;
  readonly approvals: readonly ApprovalView[];
  readonly paused: Paused | null;
  readonly decisions: readonly DecisionRecord[];
  readonly history: readonly PastRun[];
  readonly deliveries: {
    readonly outbox: readonly OutboxEntry[];
    readonly dropped: number;
    readonly deadLetters: readonly DeadLetter[];
  };
  readonly conditions: readonly Condition[];
  /** Commands that make sense now, each with what it would do; a client may still lack the permission. */
  readonly actions: readonly ActionView[];
  readonly since: string | null;
}

/**
 * `person`: waits for a human (amber, used for nothing else). `machine`: in progress. `failed`, `back` (being rolled back),
 * `done`, `idle`.
 */
export type RolloutState = 'person' | 'machine' | 'failed' | 'back' | 'done' | 'idle';

export interface ImagesView {
  /** `container=image` */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** One line for people: `repo/app:1 → repo/app:2`. */
  readonly text: string;
}

export interface TrafficView {
  /** What the routes were told, in percent. */
  readonly written: number;
  /** The largest weight of the plan, in percent; 100 for a plan without weights. */
  readonly most: number;
}

export interface StepView {
  readonly label: string;
  /** `waits`: a person or a gate holds it. `back`: the primary is put back to its previous version. */
  readonly state: 'done' | 'now' | 'waits' | 'failed' | 'back' | 'to-come';
}

export interface ChecksView {
  readonly failed: number;
  readonly threshold: number;
  readonly metrics: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly value: number | null;
    readonly message: string;
    readonly at: string;
    readonly min: number | null;
    readonly max: number | null;
  }[];
}

export interface HookView {
  readonly name: string;
  readonly type: string;
  readonly index: number;
  /** Masked URL; empty for an approval. */
  readonly url: string;
  /** Judging word: open, hold, pass, fail, ROLL BACK, clear, delivered, lost; empty before the first call. */
  readonly judged: string;
  readonly outcome: string;
  readonly code: number | null;
  readonly message: string;
  readonly deliveryId: string;
  readonly attempts: number;
  readonly durationMs: number;
  readonly step: number;
  readonly at: string | null;
}

/** The one thing that a rollout waits for. */
export interface WaitView {
  readonly kind: 'person' | 'machine' | 'nothing';
  /** Short, for a column: `confirm-promotion: alice or group sre`, `next check in 18s` is made by the reader from `until`. */
  readonly what: string;
  /** One sentence. */
  readonly message: string;
  readonly reason: string;
  readonly step: string;
  readonly since: string | null;
  readonly until: string | null;
  /** What happens at `until`, where that is a deadline of people: `rollback`, `pass`, `keep-waiting`. */
  readonly onDeadline: string | null;
  /** Id of the approval. */
  readonly approval: string | null;
}

export interface RunView {
  readonly id: string;
  readonly startedAt: string;
  readonly step: number;
  readonly cause: string;
  readonly requestedBy: string;
}

/** An approval with what its hook says about it. */
export interface ApprovalView extends Approval {
  readonly approvers: string;
  readonly approved: readonly string[];
  readonly onDeadline: string;
  readonly reasonRequired: boolean;
  readonly requesterMayApprove: boolean;
  /** `Let podinfo 6.0.1 take the next step of prod traffic?` */
  readonly question: string;
}

export interface ActionView {
  readonly verb: DecisionRecord['verb'];
  /** Value of `sluice.dev/decision-for`. */
  readonly for: string;
  /** What it does, one sentence: `rolls back from 20 % to 0 %`. */
  readonly does: string;
  /** A reason must be given. */
  readonly needsReason: boolean;
}

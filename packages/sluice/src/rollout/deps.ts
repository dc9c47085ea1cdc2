import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { DecisionPolicy } from '../ports/decision-policy.ts';
import type { HookCall, SendHook } from '../ports/hooks.ts';
import type { KubeCache } from '@sluice/kube/ports/kube-cache.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { MetricSource } from '../ports/metric-source.ts';
import type { Router, RouterOptions } from '../ports/router.ts';
import type { StartRules } from '../ports/start-rules.ts';
import type { Scaler } from '../ports/scaler.ts';
import type { Workload } from '../ports/workload.ts';
import type { Rival } from '../rules/objects/claims.ts';
import type { Strategy } from '../rules/traffic/strategy.ts';
import type { DeliveryAck } from '../webhooks/delivery-worker.ts';
import type { Questions } from './ask/questions.ts';
import type { Announcement } from './announcement.ts';
import type { ConfigReads } from './look/config-reads.ts';

/** What the pass is handed. Everything outside the process stands behind one of these. */
export interface RolloutDeps {
  readonly client: KubeClient;
  readonly cache: KubeCache;
  readonly clock: Clock;
  /** From 0 up to, not including, 1: the values of session cookies. */
  readonly random: () => number;
  readonly log: Log;
  readonly send: SendHook;
  readonly deliveries: Deliveries;
  readonly events: EventRecorder;
  readonly questions: Questions;
  readonly configs: ConfigReads;
  readonly claims: Claims;
  readonly decisionPolicy: DecisionPolicy;
  readonly starts: StartRules;
  /** Pods with these labels, some fifty at the most. A request: only of what does not become ready. */
  readonly listPods: ListPods;
  readonly providers: Providers;
  readonly telemetry: Telemetry;
  readonly options: RolloutOptions;
}

/** The delivery worker as the pass sees it: given the outbox, it gives back acknowledgements. */
export interface Deliveries {
  offer(canaryKey: string, calls: readonly HookCall[]): void;
  forget(canaryKey: string): void;
  /** Of a canary that is gone: told for a minute, nobody records what comes of it. */
  farewell(canaryKey: string, calls: readonly HookCall[]): void;
  /** Acknowledgements not yet recorded in status, oldest first. */
  acks(canaryKey: string): readonly DeliveryAck[];
  /** They are recorded now. */
  recorded(canaryKey: string, acks: readonly DeliveryAck[]): void;
}

export type ListPods = (
  namespace: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<readonly AnyKubeObject[]>;

/** What all Canaries claim. */
export interface Claims {
  /** The older Canary that has something which this one wants, too. */
  rivalOf(canary: AnyKubeObject): Rival | undefined;
}

/** Kubernetes Events: best effort, off the pass. The outbox is what must not be lost. */
export interface EventRecorder {
  record(object: AnyKubeObject | Canary, announcement: Announcement): void;
}

export interface Providers {
  findRouter(name: string): Router | undefined;
  findWorkload(kind: string): Workload | undefined;
  findScaler(kind: string): Scaler | undefined;
  /** Every kind that a primary's scaler may be of. */
  readonly scalers: readonly Scaler[];
  /** The source for built-in and inline queries at `address`. */
  prometheus(address: string): MetricSource;
  /** The source of a MetricTemplate; reads its Secret. Rejects with the cause. */
  templateSource(template: AnyKubeObject, signal: AbortSignal): Promise<MetricSource>;
  isMetricProvider(type: string): boolean;
  /** The query behind a built-in check for the traffic of `router`; undefined when nothing measures it. */
  builtinQuery(router: string, check: string): BuiltinQuery | undefined;
}

export interface BuiltinQuery {
  /** A template of rules/metrics/query-template. */
  readonly query: string;
  /** The answer times this is percent, or milliseconds. */
  readonly scale: number;
}

/** Flagger's series; counted after the status write that makes them true. */
export interface Telemetry {
  canaryStatus(target: string, namespace: string, value: 0 | 1 | 2): void;
  canaryWeight(target: string, namespace: string, primary: number, canary: number): void;
  metricAnalysis(target: string, namespace: string, metric: string, value: number): void;
  runEnded(target: string, namespace: string, labels: RunEnd): void;
}

export interface RunEnd {
  readonly result: 'success' | 'failure';
  readonly strategy: Strategy;
  readonly analysis: 'completed' | 'skipped';
}

export interface RolloutOptions {
  /** Provider of canaries that name none (`-mesh-provider`). */
  readonly meshProvider: string;
  /** Prometheus of canaries that name none (`-metrics-server`). */
  readonly metricsServer: string;
  readonly selectorLabels: readonly string[];
  readonly includeLabelPrefixes: readonly string[];
  /** Whether changes of the target's ConfigMaps and Secrets start runs (`-enable-config-tracking`). */
  readonly configTracking: boolean;
  /** Floor of `analysis.interval`, in milliseconds. */
  readonly minimumIntervalMs: number;
  /** Told of events of canaries without an `event` hook; '' for none. */
  readonly eventWebhook: string;
  /** Refuse references to other namespaces (`-no-cross-namespace-refs`). */
  readonly noCrossNamespaceRefs: boolean;
  readonly router: RouterOptions;
  /** Runs at once (`-max-concurrent-rollouts`, `-max-concurrent-rollouts-per-namespace`); 0: any number. */
  readonly mostRuns: { readonly all: number; readonly perNamespace: number };
}

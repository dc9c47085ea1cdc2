import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { ControllerDeps } from '../controller/controller.ts';
import type { CanaryLabels, MetricsRegistry } from '../platform/metrics-registry.ts';
import type { CanaryRef } from '../platform/own-setters.ts';
import type { Telemetry } from '../rollout/deps.ts';
import { stateOf } from '../rules/run/canary-state.ts';
import { createPresentCanaries, targetOf } from './present-canaries.ts';
import type { PresentCanaries } from './present-canaries.ts';

type Hooks = Required<
  Pick<
    ControllerDeps,
    'telemetry' | 'onCanary' | 'onGone' | 'onCount' | 'onStart' | 'onPass' | 'onHook' | 'onDeadLetters'
  >
>;

/**
 * Reports passes in Flagger's series, whose label `name` is the target's, and what the status of Canaries says in our own. A
 * pass or a call may end after its Canary was deleted: it adds no series then.
 */
export function createTelemetry(registry: MetricsRegistry): Hooks {
  const present = createPresentCanaries();
  const removeTarget = (target: CanaryLabels | undefined): void => {
    if (target !== undefined) registry.remove(target);
  };
  return {
    telemetry: createPassTelemetry(registry, present),
    ...createOwnTelemetry(registry, present),
    onCanary(canary) {
      removeTarget(present.put(canary));
      registry.canaryState(refOf(canary), stateOf(canary['status']));
    },
    onGone(canary) {
      removeTarget(present.remove(canary));
      registry.removeOwn(refOf(canary));
    },
    onCount: (namespace, count) => registry.canaryTotal(namespace, count),
    onStart: (lateSeconds) => registry.passBegan(lateSeconds),
    onPass(canary, _stoppedAt, seconds) {
      const phase = asText(asRecord(canary['status'])['phase']);
      if (phase !== 'Progressing' && phase !== 'WaitingPromotion') return;
      // guard: a-pass-that-ends-after-its-canary-adds-no-series
      if (!present.has(refOf(canary))) return;
      registry.passDuration(targetOf(canary), seconds);
    },
  };
}

/** The series of targets that a Canary names. */
function createPassTelemetry(registry: MetricsRegistry, present: PresentCanaries): Telemetry {
  const ifPresent = (name: string, namespace: string, set: (target: CanaryLabels) => void): void => {
    const target = { name, namespace };
    // guard: a-target-without-canary-has-no-series
    if (!present.hasTarget(target)) return;
    set(target);
  };
  return {
    canaryStatus: (name, namespace, value) =>
      ifPresent(name, namespace, (target) => registry.canaryStatus(target, value)),
    canaryWeight: (name, namespace, primary, canary) =>
      ifPresent(name, namespace, (target) => registry.canaryWeight(target, { primary, canary })),
    metricAnalysis: (name, namespace, metric, value) =>
      ifPresent(name, namespace, (target) => registry.metricAnalysis(target, metric, value)),
    runEnded: (name, namespace, { result, strategy, analysis }) =>
      ifPresent(name, namespace, (target) => {
        if (result === 'success') registry.successes(target, strategy, analysis);
        else registry.failures(target, strategy);
      }),
  };
}

const createOwnTelemetry = (
  registry: MetricsRegistry,
  present: PresentCanaries,
): Pick<Hooks, 'onHook' | 'onDeadLetters'> => ({
  onHook({ type, payload }, { outcome, durationMs }) {
    const ref = { namespace: payload.namespace, canary: payload.name };
    // guard: a-late-answer-adds-no-series
    if (!present.has(ref)) return;
    registry.hookCalled(ref, { type, outcome, seconds: durationMs / 1000 });
  },
  onDeadLetters(key, count) {
    const slash = key.indexOf('/');
    const ref = { namespace: key.slice(0, slash), canary: key.slice(slash + 1) };
    // guard: a-dead-letter-of-a-deleted-canary-adds-no-series
    if (!present.has(ref)) return;
    registry.deadLetters(ref, count);
  },
});

const refOf = ({ metadata }: AnyKubeObject): CanaryRef => ({
  namespace: metadata.namespace ?? '',
  canary: metadata.name,
});

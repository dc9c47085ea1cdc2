import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { ControllerDeps } from '../controller/controller.ts';
import type { MetricsRegistry } from '../platform/metrics-registry.ts';

type Hooks = Pick<ControllerDeps, 'telemetry' | 'onGone' | 'onCount' | 'onStart' | 'onPass'>;

/** Reports passes in Flagger's series. Their label `name` is the target's name. */
export function createTelemetry(registry: MetricsRegistry): Hooks {
  return {
    telemetry: {
      canaryStatus: (name, namespace, value) => registry.canaryStatus({ name, namespace }, value),
      canaryWeight: (name, namespace, primary, canary) =>
        registry.canaryWeight({ name, namespace }, { primary, canary }),
      metricAnalysis: (name, namespace, metric, value) =>
        registry.metricAnalysis({ name, namespace }, metric, value),
      runEnded(name, namespace, { result, strategy, analysis }) {
        if (result === 'success') registry.successes({ name, namespace }, strategy, analysis);
        else registry.failures({ name, namespace }, strategy);
      },
    },
    onGone: (canary) => registry.remove(labelsOf(canary)),
    onStart: (lateSeconds) => registry.passBegan(lateSeconds),
    onPass(canary, _stoppedAt, seconds) {
      const phase = asText(asRecord(canary['status'])['phase']);
      if (phase === 'Progressing' || phase === 'WaitingPromotion')
        registry.passDuration(labelsOf(canary), seconds);
    },
    onCount: (namespace, count) => registry.canaryTotal(namespace, count),
  };
}

const labelsOf = (canary: AnyKubeObject) => ({
  name: asText(asRecord(asRecord(canary['spec'])['targetRef'])['name']) ?? '',
  namespace: canary.metadata.namespace ?? '',
});

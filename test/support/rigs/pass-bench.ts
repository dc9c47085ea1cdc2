import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { KubeCache } from '@sluice/kube/ports/kube-cache.ts';
import { createDryCluster } from '@sluice/sluice/cli/adopt/dry-cluster.ts';
import { createProviders } from '@sluice/sluice/cli/providers.ts';
import { createConfigReads } from '@sluice/sluice/rollout/look/config-reads.ts';
import { readsOf } from '@sluice/sluice/rollout/look/reads.ts';
import { workedMs } from '@sluice/sluice/platform/worked-ms.ts';
import type { RolloutDeps } from '@sluice/sluice/rollout/deps.ts';
import { noDecisionPolicy } from '@sluice/sluice/ports/decision-policy.ts';
import { noStartRules } from '@sluice/sluice/ports/start-rules.ts';
import { createQuestions } from '@sluice/sluice/rollout/ask/questions.ts';
import { createMemory } from '@sluice/sluice/rollout/memory.ts';
import { createMeter } from '@sluice/sluice/rollout/meter.ts';
import { runPass } from '@sluice/sluice/rollout/pass.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { scenarioDeployment, scenarioGateway } from '../scenario/objects.ts';

const meshProvider = 'gatewayapi:v1';
const unanswered = (): Promise<never> => new Promise<never>(() => undefined);

/**
 * Runs one pass over a canary, with what it reads before it, in a cluster on paper: no request, no wait. `objects` are there
 * beside the canary, its target and its Gateway. Returns the milliseconds of CPU time that it took of this thread.
 */
export async function measurePass(
  canary: AnyKubeObject,
  objects: readonly AnyKubeObject[] = [],
): Promise<{ readonly ms: number; readonly stoppedAt: string }> {
  const all = [canary, scenarioDeployment('podinfo:1'), scenarioGateway(), ...objects];
  const meter = createMeter(workedMs);
  const deps = depsOn(all);
  const ref = { namespace: canary.metadata.namespace ?? '', name: canary.metadata.name };
  meter.run(() => readsOf(canary, [], { providers: deps.providers, meshProvider }));
  const { stoppedAt } = await runPass(ref, deps, createMemory(meter), new AbortController().signal);
  return { ms: meter.take(), stoppedAt };
}

function depsOn(objects: readonly AnyKubeObject[]): RolloutDeps {
  const find = ({ kind }: ResourceType, { namespace, name }: ObjectRef) =>
    objects.find(
      (object) =>
        object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace,
    );
  const still: KubeCache = {
    get: find,
    list: () => [],
    isSynced: () => true,
    remember() {},
    doubt() {},
  };
  const { client, cache } = createDryCluster({ get: unanswered }, still);
  const clock = createFakeClock();
  const now = (): number => clock.now();
  const random = (): number => 0.5;
  return {
    client,
    cache,
    clock,
    random,
    log: createFakeLog(),
    send: unanswered,
    deliveries: { offer() {}, forget() {}, farewell() {}, acks: () => [], recorded() {} },
    events: { record() {} },
    questions: createQuestions({ now, wake() {} }),
    configs: createConfigReads({ client, now, random, wake() {} }),
    claims: { rivalOf: () => undefined },
    decisionPolicy: noDecisionPolicy,
    starts: noStartRules,
    listPods: async () => [],
    providers: createProviders(client, { http: { send: unanswered }, clock }),
    telemetry: { canaryStatus() {}, canaryWeight() {}, metricAnalysis() {}, runEnded() {} },
    options: {
      meshProvider,
      metricsServer: 'http://prometheus:9090',
      selectorLabels: ['app'],
      includeLabelPrefixes: [],
      configTracking: false,
      minimumIntervalMs: 1_000,
      mostRuns: { all: 0, perNamespace: 0 },
      eventWebhook: '',
      noCrossNamespaceRefs: false,
      router: { ingressClass: '', annotationsPrefix: 'nginx.ingress.kubernetes.io', meshCluster: false },
    },
  };
}

import type { Canary, CanarySpec, CanaryStatus } from '@sluice/sluice/api/canary.ts';
import type { Phase } from '@sluice/sluice/api/canary-status.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { events, httpRoutes, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { statusOf } from '@sluice/sluice/rollout/draft.ts';
import { recordHistory } from './history.ts';
import { everybodysShare, firstRuleShare, imageOf, namespace, replicasOf, withImage } from './objects.ts';
import { targetResource } from './options.ts';
import type { ControllerOptions, ScenarioOptions } from './options.ts';
import { createScenarioProcess } from './process.ts';
import { createScenarioWorld } from './world.ts';

export type { ScenarioOptions } from './options.ts';

const canaryRef = { namespace, name: 'podinfo' };

/** A whole controller on the in-process cluster, with a fake clock, a fake kubelet and a fake receiver of hooks. */
export async function createScenario(options: ScenarioOptions = {}) {
  const world = createScenarioWorld(options);
  const { clock, store, kubelet, dataPlane, receiver, measured, log, api } = world;
  const history = recordHistory(store);
  const controller = createScenarioProcess(world, options);
  await controller.start();

  const canary = (): Canary => store.get(canaries, canaryRef) as unknown as Canary;
  const kind = targetResource(options);
  const deployment = (name: string): AnyKubeObject | undefined => store.get(kind, { namespace, name });
  const route = (): AnyKubeObject | undefined => store.get(httpRoutes, { namespace, name: 'podinfo' });
  const ownEvents = () =>
    store.list(events, { namespace }).filter((event) => event['reportingComponent'] === 'sluice');
  const until = async (condition: () => boolean, limitMs = 120_000): Promise<void> => {
    const deadline = clock.now() + limitMs;
    await clock.settle();
    while (clock.now() < deadline && !condition()) await clock.step(deadline);
    if (!condition())
      throw new Error(`not reached within ${limitMs} ms: ${JSON.stringify(statusOf(canary()))}`);
    if (history.illegal.length > 0) throw new Error(`phases that may not follow: ${String(history.illegal)}`);
  };
  return {
    clock,
    store,
    kubelet,
    dataPlane,
    receiver,
    measured,
    log,
    api,
    /** Passes so far. */
    passes: controller.passes,
    /** Timers that the controller has set. */
    timers: controller.timers,
    startedAt: controller.startedAt,
    /** `success canary completed`: what telemetry counted. */
    ended: controller.ended,
    /** Samples of `/metrics` whose name begins so, without buckets. */
    series: async (prefix: string): Promise<readonly string[]> =>
      (await controller.exposed())
        .split('\n')
        .filter((line) => line.startsWith(prefix) && !line.includes('_bucket{')),
    /** The text of `/metrics`. */
    exposed: controller.exposed,
    canary,
    deployment,
    route,
    services: (): readonly AnyKubeObject[] => store.list(services, { namespace }),
    status: (): CanaryStatus => statusOf(canary()),
    condition: (type: string) => canary().status?.conditions?.find((condition) => condition.type === type),
    /** Canary share of everybody's requests in the HTTPRoute, percent. */
    weight: (): number | undefined => everybodysShare(route()),
    /** Canary share of the matching requests (A/B). */
    matchedWeight: (): number | undefined => firstRuleShare(route()),
    replicas: (name: string): number => replicasOf(deployment(name)),
    image: (name: string): string | undefined => imageOf(deployment(name)),
    /** Phases, weights of the route and iterations in order of change since the last `ship`. */
    history,
    /** Sets a new image on the target, and annotations: what a team does to ship. */
    ship(image: string, annotations: Readonly<Record<string, string>> = {}): void {
      const target = deployment('podinfo');
      if (target === undefined) throw new Error('no target');
      history.clear();
      const { metadata } = target;
      const annotated = { ...metadata, annotations: { ...metadata.annotations, ...annotations } };
      store.update(kind, withImage({ ...target, metadata: annotated }, image));
    },
    /** Changes fields of the Canary's spec. */
    edit(change: (spec: CanarySpec) => Partial<CanarySpec>): void {
      const object = store.get(canaries, canaryRef);
      if (object === undefined) throw new Error('no canary');
      const { spec } = canary();
      store.update(canaries, { ...object, spec: { ...spec, ...change(spec) } });
    },
    /** Kubernetes Events of the canary: `Warning RolledBack`. */
    events: (): readonly string[] =>
      ownEvents().map((event) => `${String(event['type'])} ${String(event['reason'])}`),
    /** Their texts. */
    messages: (): readonly string[] => ownEvents().map((event) => String(event['message'])),
    until,
    reaches: (phase: Phase, limitMs?: number): Promise<void> =>
      until(() => canary().status?.phase === phase, limitMs),
    /** The process ends in order, and another one takes over, with other options if told. */
    async restart(changed: ControllerOptions = {}): Promise<void> {
      await controller.stop();
      await controller.start(changed);
    },
    /** Ends all, so that nothing of the scenario is left in the process. */
    async end(): Promise<void> {
      await controller.stop();
      await clock.settle();
    },
    /** The process dies between two instructions: nothing of it is heard any more. */
    kill: controller.kill,
    /** Another process takes over from one that died. */
    replace: controller.replace,
  };
}

export type Scenario = Awaited<ReturnType<typeof createScenario>>;

/** A scenario whose canary is initialized and at rest. */
export async function initialized(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await createScenario(options);
  await scenario.reaches('Initialized');
  return scenario;
}

/** A scenario in the middle of a run. */
export async function progressing(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await initialized(options);
  scenario.ship('podinfo:2');
  await scenario.until(() => scenario.weight() === 25 || (scenario.status().iterations ?? 0) > 0);
  return scenario;
}

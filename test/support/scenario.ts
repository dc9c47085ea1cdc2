import type { Canary, CanarySpec, CanaryStatus } from '../../src/api/canary.ts';
import type { Phase } from '../../src/api/canary-status.ts';
import type { AnyKubeObject, ResourceType } from '../../src/api/kube-object.ts';
import {
  canaries,
  customResourceDefinitions,
  deployments,
  events,
  httpRoutes,
  namespaces,
  services,
} from '../../src/api/resources.ts';
import { createController } from '../../src/controller/controller.ts';
import type { Controller, ControllerDeps } from '../../src/controller/controller.ts';
import { createEventRecorder } from '../../src/controller/event-recorder.ts';
import { createProviders } from '../../src/cli/providers.ts';
import { createInformerCache } from '../../src/kube/informer-cache.ts';
import type { InformerCache } from '../../src/kube/informer-cache.ts';
import { installBasics } from '../../src/local/install-basics.ts';
import { startControllers } from '../../src/local/controllers/start-controllers.ts';
import { statusOf } from '../../src/rollout/draft.ts';
import { mayFollow } from '../../src/rules/phase-table.ts';
import { createSendHook } from '../../src/webhooks/send-hook.ts';
import { HttpError } from '../../src/lib/http-error.ts';
import type { HttpClient } from '../../src/ports/http.ts';
import type { KubeClient } from '../../src/ports/kube.ts';
import { createApiFaults } from './api-faults.ts';
import type { ApiFaults } from './api-faults.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeKubelet } from './fake-kubelet.ts';
import { createFakeLog } from './fake-log.ts';
import { createFakeReceiver } from './fake-receiver.ts';
import type { HookReply, MetricReply } from './fake-receiver.ts';
import { createLocalKube } from './local-kube.ts';
import type { ObserveWrite } from './observe-writes.ts';
import { startFakeDataPlane } from './fake-data-plane.ts';
import {
  everybodysShare,
  firstRuleShare,
  imageOf,
  namespace,
  replicasOf,
  scenarioCanary,
  scenarioDeployment,
  withImage,
} from './scenario-objects.ts';
import type { CanaryParts } from './scenario-objects.ts';

export interface ScenarioOptions extends CanaryParts {
  readonly provider?: string;
  /** The Deployment of the target; one of image podinfo:1 unless told. */
  readonly target?: AnyKubeObject;
  /** Put into the cluster before the controller starts. */
  readonly objects?: readonly (readonly [ResourceType, AnyKubeObject])[];
  /** Status of the Canary before the controller starts: another one's work. */
  readonly status?: Readonly<Record<string, unknown>>;
  /** What hooks answer from the start; 200 unless told. */
  readonly replies?: Readonly<Record<string, HookReply>>;
  /** Whom the API server's books name as last writer of the status; it keeps none unless told. */
  readonly manager?: string;
  /** What breaks of the API from the start. */
  readonly faults?: readonly Parameters<ApiFaults['break']>[];
  /** 0.5 unless told. */
  readonly random?: () => number;
  readonly controllerOptions?: Partial<ControllerDeps['options']>;
  /** Sees each write of the controller at the moment it is done. */
  readonly observe?: (store: Store) => ObserveWrite;
}

let parsed: readonly AnyKubeObject[] | undefined;

/** The CRDs, read once for all scenarios of a file: parsing them takes longer than a rollout. */
function definitions(): readonly AnyKubeObject[] {
  if (parsed !== undefined) return parsed;
  const { store } = createLocalKube(createFakeClock());
  installBasics(store, 'deploy/crds');
  parsed = store.list(customResourceDefinitions).map((definition) => ({
    ...definition,
    metadata: { name: definition.metadata.name },
  }));
  return parsed;
}

const canaryRef = { namespace, name: 'podinfo' };

/** A whole controller on the in-process cluster, with a fake clock, a fake kubelet and a fake receiver of hooks. */
export async function createScenario(options: ScenarioOptions = {}) {
  const clock = createFakeClock();
  const kube = createLocalKube(clock, options.observe);
  const { store } = kube;
  const measured: { value: MetricReply } = { value: 100 };
  const receiver = createFakeReceiver(
    () => measured.value,
    () => clock.now(),
  );
  for (const [path, reply] of Object.entries(options.replies ?? {})) receiver.reply(path, reply);
  for (const definition of definitions()) store.create(customResourceDefinitions, definition);
  store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const kubelet = createFakeKubelet(store, clock);
  startControllers(
    { store, clock, log: createFakeLog() } as unknown as Parameters<typeof startControllers>[0],
    createFakeLog(),
  );
  const dataPlane = startFakeDataPlane(store, clock);
  store.create(deployments, options.target ?? scenarioDeployment('podinfo:1'));
  for (const [resource, object] of options.objects ?? []) store.create(resource, object);
  const created = store.create(canaries, scenarioCanary(options));
  if (options.status !== undefined)
    store.update(canaries, { ...created, status: options.status }, { subresource: 'status' });

  const history = recordHistory(store);
  const api = createApiFaults(clock);
  for (const fault of options.faults ?? []) api.break(...fault);
  const ended: string[] = [];
  let passes = 0;
  const log = createFakeLog();
  let life: { readonly controller: Controller; readonly informers: InformerCache; dead: boolean } | undefined;
  const start = async (changed: ScenarioOptions['controllerOptions'] = {}): Promise<void> => {
    const own = { dead: false };
    const client = withBooks(
      kube.client((http) => api.wrap(mortal(http, own))),
      options.manager,
    );
    const hooks = mortal(receiver.http, own);
    const random = options.random ?? ((): number => 0.5);
    const informers = createInformerCache({ client, clock, log, random });
    const controller = createController({
      client,
      informers,
      clock,
      log,
      random,
      events: createEventRecorder({ client, clock, log, component: 'sluice' }),
      send: createSendHook({ http: hooks, clock, random, log }),
      providers: createProviders(client, { http: hooks, clock }),
      concurrency: 4,
      onPass: () => void (passes += 1),
      telemetry: {
        canaryStatus() {},
        canaryWeight() {},
        metricAnalysis() {},
        runEnded: (_name, _namespace, end) =>
          void ended.push(`${end.result} ${end.strategy} ${end.analysis}`),
      },
      options: {
        meshProvider: options.provider ?? 'gatewayapi:v1',
        metricsServer: 'http://prometheus:9090',
        selectorLabels: ['app'],
        includeLabelPrefixes: [],
        configTracking: true,
        minimumIntervalMs: 1_000,
        eventWebhook: '',
        noCrossNamespaceRefs: false,
        ...options.controllerOptions,
        ...changed,
      },
    });
    life = Object.assign(own, { controller, informers });
    void controller.start();
    await clock.settle();
  };
  await start();

  const canary = (): Canary => store.get(canaries, canaryRef) as unknown as Canary;
  const deployment = (name: string): AnyKubeObject | undefined => store.get(deployments, { namespace, name });
  const route = (): AnyKubeObject | undefined => store.get(httpRoutes, { namespace, name: 'podinfo' });
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
    passes: (): number => passes,
    /** `success canary completed`: what telemetry counted. */
    ended,
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
    /** Sets a new image on the target: what a team does to ship. */
    ship(image: string): void {
      const target = deployment('podinfo');
      if (target === undefined) throw new Error('no target');
      history.clear();
      store.update(deployments, withImage(target, image));
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
      eventsOf(store).map((event) => `${String(event['type'])} ${String(event['reason'])}`),
    /** Their texts. */
    messages: (): readonly string[] => eventsOf(store).map((event) => String(event['message'])),
    until,
    reaches: (phase: Phase, limitMs?: number): Promise<void> =>
      until(() => canary().status?.phase === phase, limitMs),
    /** The process ends in order, and another one takes over, with other options if told. */
    async restart(changed: ScenarioOptions['controllerOptions'] = {}): Promise<void> {
      await life?.controller.stop(clock.now());
      void life?.informers.stop();
      await start(changed);
    },
    /** Ends all, so that nothing of the scenario is left in the process. */
    async end(): Promise<void> {
      await life?.controller.stop(clock.now());
      void life?.informers.stop();
      await clock.settle();
    },
    /** The process dies between two instructions: nothing of it is heard any more. */
    kill(): void {
      if (life !== undefined) life.dead = true;
    },
    /** Another process takes over from one that died. */
    async replace(): Promise<void> {
      void life?.controller.stop(clock.now());
      void life?.informers.stop();
      await start();
    },
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

/** The local store does not model field ownership: a live GET shows the books of a real API server. */
function withBooks(client: KubeClient, manager: string | undefined): KubeClient {
  if (manager === undefined) return client;
  return {
    ...client,
    async get(resource, ref, signal) {
      const object = await client.get(resource, ref, signal);
      const managedFields = [
        { manager: 'sluice', subresource: 'status', time: '2026-01-01T00:00:00Z' },
        { manager, subresource: 'status', time: '2026-01-01T00:00:01Z' },
        { manager: 'helm', time: '2026-01-01T00:00:02Z' },
      ];
      return { ...object, metadata: { ...object.metadata, managedFields } } as AnyKubeObject;
    },
  };
}

type Store = ReturnType<typeof createLocalKube>['store'];

const eventsOf = (store: Store) =>
  store.list(events, { namespace }).filter((event) => event['reportingComponent'] === 'sluice');

/** A dead process sends nothing, and hears nothing of what is still on its way. */
const mortal = (http: HttpClient, life: { readonly dead: boolean }): HttpClient => ({
  async send(request, signal) {
    if (life.dead) throw new HttpError('reset', 'this process is dead');
    const answer = await http.send(request, signal);
    if (life.dead) throw new HttpError('reset', 'this process is dead');
    return answer;
  },
});

function recordHistory(store: Store) {
  const phases: string[] = [];
  const weights: number[] = [];
  const iterations: number[] = [];
  /** Changes of phase that the phase table does not know. */
  const illegal: string[] = [];
  const phaseOf = new Map<string, Phase>();
  let last: { phase?: unknown; weight?: number | undefined; iterations?: unknown } = {};
  store.subscribe(canaries, ({ type, object }) => {
    const status = statusOf(object as unknown as Canary);
    if (last.phase !== status.phase) phases.push(status.phase);
    const name = object.metadata.name;
    const before = phaseOf.get(name);
    if (before !== undefined && !mayFollow(before, status.phase))
      illegal.push(`${before} -> ${status.phase}`);
    if (type === 'DELETED') phaseOf.delete(name);
    else phaseOf.set(name, status.phase);
    if (last.iterations !== status.iterations) iterations.push(status.iterations);
    last = { ...last, phase: status.phase, iterations: status.iterations };
  });
  store.subscribe(httpRoutes, ({ object, type }) => {
    const weight = type === 'DELETED' ? -1 : (everybodysShare(object) ?? -1);
    if (last.weight !== weight) weights.push(weight);
    last = { ...last, weight };
  });
  return {
    phases: phases as readonly string[],
    weights: weights as readonly number[],
    iterations: iterations as readonly number[],
    illegal: illegal as readonly string[],
    clear(): void {
      for (const list of [phases, weights, iterations]) list.length = 0;
    },
  };
}

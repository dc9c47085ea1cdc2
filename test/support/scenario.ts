import type { Canary, CanaryAnalysis, CanarySpec, CanaryStatus } from '../../src/api/canary.ts';
import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { canaries, deployments, events, httpRoutes, namespaces } from '../../src/api/resources.ts';
import { createController } from '../../src/controller/controller.ts';
import type { Controller } from '../../src/controller/controller.ts';
import { createEventRecorder } from '../../src/controller/event-recorder.ts';
import { createProviders } from '../../src/cli/providers.ts';
import { createInformerCache } from '../../src/kube/informer-cache.ts';
import { installBasics } from '../../src/local/install-basics.ts';
import { startControllers } from '../../src/local/controllers/start-controllers.ts';
import { statusOf } from '../../src/rollout/draft.ts';
import { createSendHook } from '../../src/webhooks/send-hook.ts';
import type { HttpClient } from '../../src/ports/http.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeKubelet } from './fake-kubelet.ts';
import { createFakeLog } from './fake-log.ts';
import { createFakeReceiver } from './fake-receiver.ts';
import { createLocalKube } from './local-kube.ts';
import { startFakeDataPlane } from './fake-data-plane.ts';

export type WebhookShorthand = readonly [
  type: string,
  path: string,
  extra?: Readonly<Record<string, unknown>>,
];

export interface ScenarioOptions {
  readonly provider?: string;
  readonly analysis?: Partial<CanaryAnalysis>;
  readonly spec?: Partial<CanarySpec>;
  /** `['confirm-rollout', '/gate']`: a hook named after its path. */
  readonly hooks?: readonly WebhookShorthand[];
  /** Stands between the controller and the API server, to break what it likes. */
  readonly wrapKube?: (http: HttpClient) => HttpClient;
}

const namespace = 'test';
const canaryRef = { namespace, name: 'podinfo' };

/** A whole controller on the in-process cluster, with a fake clock, a fake kubelet and a fake receiver of hooks. */
export async function createScenario(options: ScenarioOptions = {}) {
  const clock = createFakeClock();
  const kube = createLocalKube(clock);
  const { store } = kube;
  const measured: { value: number | undefined } = { value: 100 };
  const receiver = createFakeReceiver(() => measured.value);
  installBasics(store, 'deploy/crds');
  store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const kubelet = createFakeKubelet(store, clock);
  startControllers(
    { store, clock, log: createFakeLog() } as Parameters<typeof startControllers>[0],
    createFakeLog(),
  );
  startFakeDataPlane(store, clock);
  store.create(deployments, podinfoDeployment('podinfo:1'));
  store.create(canaries, podinfoCanary(options));

  let requests: string[] = [];
  const counted = (http: HttpClient): HttpClient => ({
    send: (request, signal) => {
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      return (options.wrapKube?.(http) ?? http).send(request, signal);
    },
  });
  let controller: Controller | undefined;
  const log = createFakeLog();
  const start = async (): Promise<void> => {
    const client = kube.client(counted);
    const random = (): number => 0.5;
    const informers = createInformerCache({ client, clock, log, random });
    controller = createController({
      client,
      informers,
      clock,
      log,
      random,
      events: createEventRecorder({ client, clock, log, component: 'sluice' }),
      send: createSendHook({ http: receiver.http, clock, random, log }),
      providers: createProviders(client, { http: receiver.http, clock }),
      concurrency: 4,
      telemetry: { canaryStatus() {}, canaryWeight() {}, metricAnalysis() {}, runEnded() {} },
      options: {
        meshProvider: options.provider ?? 'gatewayapi:v1',
        metricsServer: 'http://prometheus:9090',
        selectorLabels: ['app'],
        includeLabelPrefixes: [],
        minimumIntervalMs: 1_000,
        eventWebhook: '',
        noCrossNamespaceRefs: false,
      },
    });
    void controller.start();
    await clock.settle();
  };
  await start();

  const canary = (): Canary => store.get(canaries, canaryRef) as unknown as Canary;
  const deployment = (name: string): AnyKubeObject | undefined => store.get(deployments, { namespace, name });
  return {
    clock,
    store,
    kubelet,
    receiver,
    measured,
    log,
    canary,
    deployment,
    status: (): CanaryStatus => statusOf(canary()),
    /** Canary share in the HTTPRoute, percent. */
    weight: (): number | undefined => routeWeight(store.get(httpRoutes, { namespace, name: 'podinfo' })),
    replicas: (name: string): number =>
      Number((deployment(name)?.['spec'] as { replicas?: number } | undefined)?.replicas ?? -1),
    image: (name: string): string | undefined => imageOf(deployment(name)),
    /** Sets a new image on the target: what a team does to ship. */
    ship(image: string): void {
      const target = deployment('podinfo');
      if (target === undefined) throw new Error('no target');
      store.update(deployments, withImage(target, image));
    },
    /** Kubernetes Events of the canary: `Warning RolledBack`. */
    events: (): readonly string[] =>
      store
        .list(events, { namespace })
        .filter((event) => event['reportingComponent'] === 'sluice')
        .map((event) => `${String(event['type'])} ${String(event['reason'])}`),
    /** Requests to the API server since the last call, watches and leases aside. */
    takeRequests(): readonly string[] {
      const taken = requests;
      requests = [];
      return taken;
    },
    async restart(): Promise<void> {
      await controller?.stop(clock.now());
      await start();
    },
    /** Lets time pass until `condition` holds, at most `limitMs`. */
    async until(condition: () => boolean, limitMs = 120_000): Promise<void> {
      for (let waited = 0; waited < limitMs && !condition(); waited += 100) await clock.advance(100);
      if (!condition())
        throw new Error(`not reached within ${limitMs} ms: ${JSON.stringify(statusOf(canary()))}`);
    },
  };
}

export type Scenario = Awaited<ReturnType<typeof createScenario>>;

function podinfoCanary(options: ScenarioOptions): AnyKubeObject {
  const webhooks = (options.hooks ?? []).map(([type, path, extra]) => ({
    name: path.slice(1),
    type,
    url: `http://receiver${path}`,
    ...extra,
  }));
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 9898, gatewayRefs: [{ name: 'gateway' }] },
      analysis: {
        interval: '10s',
        threshold: 3,
        ...(options.analysis?.iterations === undefined && options.analysis?.stepWeights === undefined
          ? { stepWeight: 25, maxWeight: 50 }
          : {}),
        ...options.analysis,
        webhooks,
      },
      ...options.spec,
    },
  };
}

const podinfoDeployment = (image: string): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'podinfo', namespace },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'podinfo' } },
    template: {
      metadata: { labels: { app: 'podinfo' } },
      spec: { containers: [{ name: 'podinfod', image, ports: [{ containerPort: 9898, name: 'http' }] }] },
    },
  },
});

interface PodTemplateSpec {
  readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
}

const specOf = (deployment: AnyKubeObject): PodTemplateSpec => deployment['spec'] as PodTemplateSpec;

const imageOf = (deployment: AnyKubeObject | undefined): string | undefined =>
  deployment === undefined ? undefined : specOf(deployment).template.spec.containers[0]?.image;

function withImage(deployment: AnyKubeObject, image: string): AnyKubeObject {
  const spec = specOf(deployment);
  const containers = spec.template.spec.containers.map((container) => ({ ...container, image }));
  return {
    ...deployment,
    spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } },
  };
}

function routeWeight(route: AnyKubeObject | undefined): number | undefined {
  const spec = route?.['spec'] as
    { rules?: { backendRefs?: { name: string; weight?: number }[] }[] } | undefined;
  return spec?.rules?.at(-1)?.backendRefs?.find((ref) => ref.name.endsWith('-canary'))?.weight;
}

import { createProviders } from '@sluice/sluice/cli/providers.ts';
import { createTelemetry } from '@sluice/sluice/cli/telemetry.ts';
import { createController } from '@sluice/sluice/controller/controller.ts';
import type { Controller } from '@sluice/sluice/controller/controller.ts';
import { noDecisionPolicy } from '@sluice/sluice/ports/decision-policy.ts';
import { createEventRecorder } from '@sluice/sluice/controller/event-recorder.ts';
import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import type { InformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { HttpError } from '@sluice/lib/http/http-error.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import { createMetricsRegistry } from '@sluice/sluice/platform/metrics-registry.ts';
import type { MetricsRegistry } from '@sluice/sluice/platform/metrics-registry.ts';
import { createSendHook } from '@sluice/sluice/webhooks/send-hook.ts';
import type { Router } from '@sluice/sluice/ports/router.ts';
import type { Providers } from '@sluice/sluice/rollout/deps.ts';
import { countTimers } from './count-timers.ts';
import { keepBooks } from '../checks/keep-books.ts';
import type { ControllerOptions, ScenarioOptions } from './options.ts';
import type { ScenarioWorld } from './world.ts';

const defaults = {
  metricsServer: 'http://prometheus:9090',
  selectorLabels: ['app'],
  includeLabelPrefixes: [],
  configTracking: true,
  minimumIntervalMs: 1_000,
  eventWebhook: '',
  noCrossNamespaceRefs: false,
  mostRuns: { all: 0, perNamespace: 0 },
  router: { ingressClass: '', annotationsPrefix: 'nginx.ingress.kubernetes.io', meshCluster: false },
};

const turnsToStop = 100;

interface Life {
  readonly controller: Controller;
  readonly informers: InformerCache;
  readonly registry: MetricsRegistry;
  dead: boolean;
}

/** The process of the controller: it starts, ends in order, dies, and has a successor. */
export function createScenarioProcess(world: ScenarioWorld, options: ScenarioOptions) {
  const { log } = world;
  const clock = countTimers(world.clock);
  const random = options.random ?? ((): number => 0.5);
  const ended: string[] = [];
  let passes = 0;
  let startedAt = 0;
  let life: Life | undefined;
  const start = async (changed: ControllerOptions = {}): Promise<void> => {
    const own = { dead: false };
    const client = keepBooks(
      world.kube.client((http) => world.api.wrap(mortal(http, own)), clock),
      options.manager,
    );
    const hooks = mortal(world.receiver.http, own);
    const informers = createInformerCache({ client, clock, log, random });
    const registry = createMetricsRegistry();
    const counted = createTelemetry(registry);
    const controller = createController({
      client,
      informers,
      clock,
      log,
      random,
      events: createEventRecorder({ client, clock, log, component: 'sluice' }),
      send: createSendHook({ http: hooks, clock, random, log }),
      providers: withRouter(createProviders(client, { http: hooks, clock }), options.router),
      decisionPolicy: options.decisionPolicy ?? noDecisionPolicy,
      ...(options.freezes === undefined ? {} : { freezes: options.freezes }),
      concurrency: 4,
      ...(options.mayAct === undefined ? {} : { mayAct: options.mayAct }),
      ...counted,
      onPass(...pass) {
        passes += 1;
        counted.onPass(...pass);
      },
      telemetry: {
        ...counted.telemetry,
        runEnded(name, namespace, end) {
          ended.push(`${end.result} ${end.strategy} ${end.analysis}`);
          counted.telemetry.runEnded(name, namespace, end);
        },
      },
      options: {
        ...defaults,
        meshProvider: options.provider ?? 'gatewayapi:v1',
        ...options.controllerOptions,
        ...changed,
      },
    });
    registry.process({ leads: options.mayAct ?? (() => true), queued: () => controller.queued() });
    life = Object.assign(own, { controller, informers, registry });
    startedAt = clock.now();
    void controller.start();
    await world.clock.settle();
  };
  return {
    start,
    /** Ends in order, at once: what is still being sent is given up by a timer that is due now. */
    async stop(): Promise<void> {
      let isStopped = life === undefined;
      const stopped = life?.controller.stop(clock.now()).finally(() => void (isStopped = true));
      for (let turn = 0; !isStopped && turn < turnsToStop; turn += 1) await world.clock.advance(0);
      if (!isStopped) throw new Error('the controller does not stop by its deadline');
      await stopped;
      void life?.informers.stop();
    },
    kill: (): void => {
      if (life !== undefined) life.dead = true;
    },
    /** Starts the successor of one that was killed, whose remains are cleared away meanwhile. */
    replace: async (): Promise<void> => {
      void life?.controller.stop(clock.now());
      void life?.informers.stop();
      await start();
    },
    passes: (): number => passes,
    /** Timers that the process has set. */
    timers: (): number => clock.pending,
    /** When the process that is there now began (milliseconds). */
    startedAt: (): number => startedAt,
    ended,
    /** The text of `/metrics`. */
    exposed: async (): Promise<string> => (await life?.registry.expose()) ?? '',
  };
}

const withRouter = (providers: Providers, router: Router | undefined): Providers => ({
  ...providers,
  findRouter: (name) => (router?.names.includes(name) === true ? router : providers.findRouter(name)),
});

/** A dead process sends nothing, and hears nothing of what is still on its way. */
const mortal = (http: HttpClient, life: { readonly dead: boolean }): HttpClient => ({
  async send(request, signal) {
    if (life.dead) throw new HttpError('reset', 'this process is dead');
    const answer = await http.send(request, signal);
    if (life.dead) throw new HttpError('reset', 'this process is dead');
    return answer;
  },
});

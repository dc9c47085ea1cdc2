import type { RolloutOptions } from '../rollout/deps.ts';
import type { ControllerFlags } from './controller-flags.ts';
import type { Environment } from './environment.ts';

/** Options of a pass, from the flags. `meshCluster`: routers' objects are in another cluster than Canaries. */
export const rolloutOptions = (
  flags: ControllerFlags,
  env: Environment,
  meshCluster: boolean,
): RolloutOptions => ({
  meshProvider: flags['mesh-provider'],
  metricsServer: flags['metrics-server'],
  selectorLabels: list(flags['selector-labels']),
  includeLabelPrefixes: list(flags['include-label-prefix']),
  configTracking: flags['enable-config-tracking'],
  minimumIntervalMs: flags['min-interval'],
  eventWebhook: env['EVENT_WEBHOOK_URL'] ?? flags['event-webhook'],
  noCrossNamespaceRefs: flags['no-cross-namespace-refs'],
  mostRuns: {
    all: flags['max-concurrent-rollouts'],
    perNamespace: flags['max-concurrent-rollouts-per-namespace'],
  },
  router: {
    ingressClass: flags['ingress-class'],
    annotationsPrefix: flags['ingress-annotations-prefix'],
    meshCluster,
  },
});

const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

import { parseGoFlags } from '@sluice/lib/flags/go-flags.ts';
import type { GoFlags, GoFlagValues } from '@sluice/lib/flags/go-flags.ts';
import { logLevels } from '../platform/log.ts';
import { metricsSecretsChoices } from './providers.ts';
import type { MetricsSecrets } from './providers.ts';
import { egressFlags } from './egress-flags.ts';
import { allowedHostsFlag } from './own-guard.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** Flagger's flags and ours (docs/reference/controller-flags.md). Those in `withoutMeaning` only log a warning. */
export const controllerFlags = {
  kubeconfig: {
    type: 'string',
    default: '',
    help: 'Path of a kubeconfig; the in-cluster account when empty',
  },
  master: { type: 'string', default: '', help: 'API server URL that replaces the one of the kubeconfig' },
  'kubeconfig-qps': {
    type: 'int',
    default: 100,
    help: 'Accepted for compatibility, without effect: reads come from caches',
  },
  'kubeconfig-burst': {
    type: 'int',
    default: 250,
    help: 'Accepted for compatibility, without effect: reads come from caches',
  },
  'kubeconfig-service-mesh': {
    type: 'string',
    default: '',
    help: 'Path of a kubeconfig of the cluster that the objects of traffic routers are in; the one of the Canaries when empty',
  },
  'metrics-server': {
    type: 'string',
    default: 'http://prometheus:9090',
    help: 'URL of the Prometheus of Canaries that name none',
  },
  'control-loop-interval': {
    type: 'duration',
    default: 10_000,
    help: 'Accepted for compatibility, without effect: changes are acted on at once',
  },
  'min-interval': {
    type: 'duration',
    default: 10_000,
    help: 'Smallest analysis interval; a shorter one is raised to it',
  },
  'log-level': { type: 'string', default: 'info', help: 'debug, info, warn, error, fatal or panic' },
  port: { type: 'string', default: '8080', help: 'Port of /healthz, /readyz and /metrics' },
  'slack-url': { type: 'string', default: '', help: 'Slack incoming webhook' },
  'slack-token': { type: 'string', default: '', help: 'Slack bot token' },
  'slack-proxy-url': { type: 'string', default: '', help: 'Proxy for Slack' },
  'slack-channel': { type: 'string', default: '', help: 'Slack channel' },
  'slack-user': { type: 'string', default: 'flagger', help: 'Slack user name' },
  'msteams-url': { type: 'string', default: '', help: 'Teams incoming webhook' },
  'msteams-proxy-url': { type: 'string', default: '', help: 'Proxy for Teams' },
  'event-webhook': {
    type: 'string',
    default: '',
    help: 'URL that events of Canaries without an event hook are sent to',
  },
  'include-label-prefix': {
    type: 'string',
    default: '',
    help: 'Prefixes of labels copied to the primary, comma-separated; * for all',
  },
  threadiness: { type: 'int', default: 8, help: 'Number of Canaries processed in parallel' },
  'zap-replace-globals': { type: 'bool', default: false, help: 'Accepted for compatibility, without effect' },
  'zap-encoding': { type: 'string', default: 'json', help: 'json or console' },
  namespace: { type: 'string', default: '', help: 'Only this namespace; all when empty' },
  namespaces: { type: 'string', default: '', help: 'Only these namespaces, comma-separated; all when empty' },
  'mesh-provider': { type: 'string', default: 'istio', help: 'Provider of canaries that name none' },
  'selector-labels': {
    type: 'string',
    default: 'app,name,app.kubernetes.io/name',
    help: 'Labels that tell the pods of canary and primary apart; the first one found is used',
  },
  'ingress-annotations-prefix': {
    type: 'string',
    default: 'nginx.ingress.kubernetes.io',
    help: 'Prefix of ingress annotations',
  },
  'ingress-class': { type: 'string', default: '', help: 'Ingress class of HTTPProxy objects' },
  'enable-leader-election': {
    type: 'bool',
    default: false,
    help: 'Expect further replicas; the Lease is held in any case',
  },
  'leader-election-namespace': { type: 'string', default: 'kube-system', help: 'Namespace of the lease' },
  'enable-config-tracking': {
    type: 'bool',
    default: true,
    help: 'Changes of ConfigMaps and Secrets of the target start runs, and the primary reads copies',
  },
  'cluster-name': { type: 'string', default: '', help: 'Name of the cluster in alerts' },
  'no-cross-namespace-refs': { type: 'bool', default: false, help: 'Refuse references to other namespaces' },
  'max-concurrent-rollouts': {
    type: 'int',
    default: 0,
    help: 'Rollouts that may run at once; further ones wait in a queue; 0 for any number',
  },
  'max-concurrent-rollouts-per-namespace': {
    type: 'int',
    default: 0,
    help: 'Rollouts that may run at once in one namespace; 0 for any number',
  },
  freezes: {
    type: 'bool',
    default: true,
    help: 'Start no run while a ConfigMap with the label sluice.dev/freeze=true says so',
  },
  'decision-policy': {
    type: 'string',
    default: '',
    help: 'Name of the ValidatingAdmissionPolicy that verifies who decides; names are claimed when empty',
  },
  console: {
    type: 'string',
    default: '',
    help: 'Address and port of the console, such as :8930; outside of loopback users log in with a token of the cluster; none when empty',
  },
  'allowed-hosts': allowedHostsFlag,
  ...egressFlags,
  'metrics-secrets': {
    type: 'string',
    default: 'any',
    help: 'Secrets that MetricTemplates may name: any, labelled (with sluice.dev/metrics=true), or none',
  },
  version: { type: 'bool', default: false, help: 'Print the version and exit' },
} as const satisfies GoFlags;

export type ControllerFlags = GoFlagValues<typeof controllerFlags>;

/** Flags whose feature does not exist yet, or needs no flag here. */
const withoutMeaning = [
  'kubeconfig-qps',
  'kubeconfig-burst',
  'control-loop-interval',
  'slack-url',
  'slack-token',
  'slack-proxy-url',
  'slack-channel',
  'slack-user',
  'msteams-url',
  'msteams-proxy-url',
  'zap-replace-globals',
  'ingress-annotations-prefix',
  'ingress-class',
  'cluster-name',
] as const;

export interface ParsedControllerFlags {
  readonly values: ControllerFlags;
  /** Flags that were given, but have no effect. */
  readonly ignored: readonly string[];
}

/** Throws `SluiceError` with Go's message for an unknown flag or a bad value. */
export function parseControllerFlags(args: readonly string[]): ParsedControllerFlags | 'help' {
  const parsed = parseGoFlags(controllerFlags, args);
  if (parsed.help) return 'help';
  if (parsed.rest.length > 0)
    throw new SluiceError(`unexpected argument "${parsed.rest[0]}"; sluice controller takes flags only`);
  const level = parsed.values['log-level'];
  if (!logLevels.some((known) => known === level)) {
    throw new SluiceError(`-log-level is "${level}"; use one of ${logLevels.join(', ')}`);
  }
  const metricsSecrets = parsed.values['metrics-secrets'];
  if (!metricsSecretsChoices.some((choice) => choice === metricsSecrets))
    throw new SluiceError(`-metrics-secrets is "${metricsSecrets}"; use ${metricsSecretsChoices.join(', ')}`);
  if (parsed.values.namespace !== '' && parsed.values.namespaces !== '')
    throw new SluiceError('-namespace and -namespaces are both given; use one of them');
  return { values: parsed.values, ignored: withoutMeaning.filter((name) => parsed.given.has(name)) };
}

export const metricsSecretsOf = (flags: Pick<ControllerFlags, 'metrics-secrets'>): MetricsSecrets =>
  metricsSecretsChoices.find((choice) => choice === flags['metrics-secrets']) ?? 'any';

/** The namespaces whose Canaries are worked on, in order; empty: all. */
export const namespacesOf = (flags: Pick<ControllerFlags, 'namespace' | 'namespaces'>): readonly string[] =>
  [...new Set(`${flags.namespace},${flags.namespaces}`.split(',').map((name) => name.trim()))]
    .filter((name) => name !== '')
    .toSorted();

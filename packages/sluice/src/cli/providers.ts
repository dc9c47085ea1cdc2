import { parseMetricTemplate } from '../api/parse-provider.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { secrets } from '@sluice/kube/objects/resources.ts';
import { asTextMap } from '@sluice/lib/json/json-read.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { findMetricProvider } from '../metrics/index.ts';
import { prometheus } from '../metrics/prometheus.ts';
import { findBuiltinQueries } from '../metrics/queries/index.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { MetricSource, MetricSourceDeps } from '../ports/metric-source.ts';
import type { Providers } from '../rollout/deps.ts';
import { builtinCheckOf } from '../rules/metrics/judge-metric.ts';
import { findRouter } from '../routers/index.ts';
import { findScaler, scalers } from '../scalers/index.ts';
import { findWorkload } from '../workloads/index.ts';

/** Which Secrets MetricTemplates may name: `any` of their namespace, those `labelled` with `metricsLabel`, or `none`. */
export const metricsSecretsChoices = ['any', 'labelled', 'none'] as const;
export type MetricsSecrets = (typeof metricsSecretsChoices)[number];

const metricsLabel = 'sluice.dev/metrics';

/** The adapters of this build, as a pass looks them up. */
export function createProviders(
  client: KubeClient,
  deps: MetricSourceDeps,
  metricsSecrets: MetricsSecrets = 'any',
): Providers {
  const plain = { credentials: {}, headers: {}, insecureSkipVerify: false };
  return {
    findRouter,
    findWorkload,
    findScaler,
    scalers,
    isMetricProvider: (type) => findMetricProvider(type) !== undefined,
    prometheus: (address) => prometheus.create({ ...plain, address }, deps),
    builtinQuery(router, name) {
      const check = builtinCheckOf(name);
      return check === undefined ? undefined : findBuiltinQueries(router)?.[check];
    },
    templateSource: (object, signal) => templateSource(object, { client, deps, metricsSecrets }, signal),
  };
}

interface TemplateDeps {
  readonly client: KubeClient;
  readonly deps: MetricSourceDeps;
  readonly metricsSecrets: MetricsSecrets;
}

/** The back end of a MetricTemplate. Throws `SluiceError` that names it when it cannot be used. */
async function templateSource(
  object: AnyKubeObject,
  { client, deps, metricsSecrets }: TemplateDeps,
  signal: AbortSignal,
): Promise<MetricSource> {
  const parsed = parseMetricTemplate(object);
  const where = `MetricTemplate ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  if ('problems' in parsed)
    throw new SluiceError(`${where} is invalid: ${parsed.problems[0]?.message ?? ''}`);
  const { provider } = parsed.template.spec;
  const found = findMetricProvider(provider.type);
  if (found === undefined) throw new SluiceError(`${where}: provider type ${provider.type} is not supported`);
  const secret = { namespace: object.metadata.namespace ?? '', name: provider.secretRef?.name };
  return found.create(
    {
      address: provider.address ?? '',
      headers: provider.headers ?? {},
      insecureSkipVerify: provider.insecureSkipVerify ?? false,
      ...(provider.region === undefined ? {} : { region: provider.region }),
      credentials: await readCredentials(client, secret, metricsSecrets, signal),
    },
    deps,
  );
}

async function readCredentials(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string | undefined },
  allowed: MetricsSecrets,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  if (name === undefined) return {};
  // guard: no-secret-is-a-credential-where-none-may-be
  if (allowed === 'none')
    throw new SluiceError(`Secret ${namespace}/${name} may not be used for metrics (-metrics-secrets=none)`);
  const secret = await client.get(secrets, { namespace, name }, signal);
  // guard: only-labelled-secrets-are-credentials
  if (allowed === 'labelled' && secret.metadata.labels?.[metricsLabel] !== 'true')
    throw new SluiceError(
      `Secret ${namespace}/${name} may not be used for metrics: label it with ${metricsLabel}=true (-metrics-secrets=labelled)`,
    );
  const data = asTextMap(secret['data']);
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

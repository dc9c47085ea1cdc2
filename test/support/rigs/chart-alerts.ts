import { parseAllDocuments } from 'yaml';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { helmFor } from '../real/role/helm.ts';

export interface Alert {
  readonly name: string;
  readonly expr: string;
  /** Milliseconds. */
  readonly forMs: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ChartQueries {
  readonly objects: readonly AnyKubeObject[];
  readonly alerts: readonly Alert[];
  /** Queries of the dashboard by panel, with a value for each variable. */
  readonly panels: readonly (readonly [panel: string, query: string])[];
}

/** The alerts and the dashboard as the chart renders them. */
export async function chartQueries(...args: readonly string[]): Promise<ChartQueries> {
  const on = ['--set', 'prometheusRule.enabled=true,dashboard.enabled=true'];
  const command = ['template', 'sluice', 'deploy/chart/sluice', '-n', 'sluice-system'];
  const { code, stdout, stderr } = await helmFor().run([
    ...command,
    '--kube-version',
    '1.36.3',
    ...on,
    ...args,
  ]);
  if (code !== 0) throw new Error(stderr);
  const objects = parseAllDocuments(stdout).flatMap((document) => {
    const object = document.toJS() as AnyKubeObject | null;
    return object === null ? [] : [object];
  });
  return { objects, alerts: alertsOf(objects), panels: panelsOf(objects) };
}

function alertsOf(objects: readonly AnyKubeObject[]): readonly Alert[] {
  const rule = objects.find(({ kind }) => kind === 'PrometheusRule');
  return asList(asRecord(rule?.['spec'])['groups'])
    .flatMap((group) => asList(asRecord(group)['rules']))
    .map(asRecord)
    .map((alert) => ({
      name: asText(alert['alert']) ?? '',
      expr: asText(alert['expr']) ?? '',
      forMs: Number(/^(\d+)m$/.exec(asText(alert['for']) ?? '0m')?.[1]) * 60_000,
      annotations: asRecord(alert['annotations']) as Record<string, string>,
      labels: asRecord(alert['labels']) as Record<string, string>,
    }));
}

export const dashboardOf = (objects: readonly AnyKubeObject[]): Readonly<Record<string, unknown>> => {
  const found = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-dashboard'),
  );
  return asRecord(JSON.parse(asText(asRecord(found?.['data'])['sluice.json']) ?? '{}'));
};

function panelsOf(objects: readonly AnyKubeObject[]): ChartQueries['panels'] {
  return asList(dashboardOf(objects)['panels'])
    .map(asRecord)
    .flatMap((panel) =>
      asList(panel['targets']).map((item) => {
        const query = asText(asRecord(item)['expr']) ?? '';
        const filled = query.replaceAll('$namespace', '.*').replaceAll('$__rate_interval', '5m');
        return [asText(panel['title']) ?? '', filled] as const;
      }),
    );
}

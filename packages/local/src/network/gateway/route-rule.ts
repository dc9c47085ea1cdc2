import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { ServiceName } from '../cluster-name.ts';
import { list, record, text } from '../pod.ts';
import { readMatch, type RouteMatch } from './route-match.ts';

export type Filter = Readonly<Record<string, unknown>>;

export interface Backend {
  readonly name: ServiceName;
  readonly port: number;
  readonly weight: number;
  readonly filters: readonly Filter[];
  /** Why its requests get 500: it is no Service, or one that this route may not use. */
  readonly problem?: BackendProblem;
}

export interface BackendProblem {
  readonly reason: 'InvalidKind' | 'RefNotPermitted' | 'BackendNotFound';
  readonly message: string;
}

export interface RouteRule {
  /** `namespace/name` of its HTTPRoute. */
  readonly route: string;
  /** Key of the rule's weighted choice. */
  readonly key: string;
  readonly matches: readonly RouteMatch[];
  readonly filters: readonly Filter[];
  readonly backends: readonly Backend[];
  /** `timeouts.request`, in milliseconds. */
  readonly timeoutMs: number | undefined;
}

/** The rules of an HTTPRoute; throws a SyntaxError on an invalid regular expression. */
export function readRules(route: AnyKubeObject): readonly RouteRule[] {
  const namespace = route.metadata.namespace ?? 'default';
  const name = `${namespace}/${route.metadata.name}`;
  return list(record(route['spec'])['rules'])
    .map(record)
    .map((rule, index) => ({
      route: name,
      key: `${name}#${index}`,
      matches: (list(rule['matches']).length === 0 ? [{}] : list(rule['matches'])).map(readMatch),
      filters: list(rule['filters']).map(record),
      backends: list(rule['backendRefs']).map((backend) => readBackend(record(backend), namespace)),
      timeoutMs: readDuration(text(record(rule['timeouts'])['request'])),
    }));
}

export function readBackend(reference: Readonly<Record<string, unknown>>, namespace: string): Backend {
  const weight = reference['weight'];
  const backend = {
    name: { namespace: text(reference['namespace']) || namespace, service: text(reference['name']) },
    port: Number(reference['port']),
    weight: typeof weight === 'number' && weight >= 0 ? weight : 1,
    filters: list(reference['filters']).map(record),
  };
  const kind = text(reference['kind']) || 'Service';
  if (kind !== 'Service' || text(reference['group']) !== '') {
    const message = `backendRef ${backend.name.service} is a ${kind}; only Services are supported`;
    return { ...backend, problem: { reason: 'InvalidKind', message } };
  }
  if (backend.name.namespace !== namespace) {
    const message = `Service ${backend.name.namespace}/${backend.name.service} is in another namespace`;
    return { ...backend, problem: { reason: 'RefNotPermitted', message } };
  }
  return backend;
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Gateway API durations (`1h2m3s4ms`); 0 and invalid values mean no limit. */
function readDuration(value: string): number | undefined {
  const parts = [...value.matchAll(/(\d+)(h|ms|m|s)/g)];
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
  return total === 0 ? undefined : total;
}

import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
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

/** The rules of an HTTPRoute; throws `SluiceError` on an invalid regular expression or duration. */
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

/** Gateway API's format (GEP-2257): up to four whole numbers, each with its unit. */
const duration = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;

/** Gateway API durations (`1h2m3s4ms`) in milliseconds; 0 and an absent one mean no limit. Throws `SluiceError`. */
function readDuration(value: string): number | undefined {
  if (value === '') return undefined;
  if (!duration.test(value))
    throw new SluiceError(`${JSON.stringify(value.slice(0, 60))} is no duration; write 30s or 1m500ms`);
  const total = parseGoDuration(value);
  return total === 0 ? undefined : total;
}

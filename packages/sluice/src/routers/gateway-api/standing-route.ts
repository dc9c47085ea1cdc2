import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { namesOf } from '../../rules/objects/names.ts';
import { canBeKept, readOriginal } from '../../rules/objects/original.ts';
import { isMadeFor } from '../../rules/objects/ownership.ts';
import type { RuleFrame } from './render-rules.ts';

/** Fields that change in an HTTPRoute that was taken over. */
export const takenRouteFields = ['parentRefs', 'hostnames', 'rules'] as const;

/** The parts of an HTTPRoute from before it was taken over that are kept. */
export interface StandingRoute {
  readonly hostnames: readonly unknown[] | undefined;
  /** Matches, filters and time-outs of its rules that led to the apex service. */
  readonly frames: readonly RuleFrame[];
  /** Its rules that lead elsewhere. */
  readonly others: readonly JsonRecord[];
  /** The spec to restore; undefined when it led to the two sides already. */
  readonly released: Readonly<Record<string, unknown>> | undefined;
}

/** Undefined for a route that was made for a Canary of this name. */
export function readStanding(canary: Canary, object: AnyKubeObject): StandingRoute | undefined {
  if (isMadeFor(canary, object)) return undefined;
  const spec = readOriginal(object)?.spec ?? asRecord(object['spec']);
  const rules = asList(spec['rules']).map(asRecord);
  const apex = rules.filter((rule) => leadsTo(rule, canary, isApex));
  const ledToSides = rules.some((rule) => leadsTo(rule, canary, isSide));
  const { hostnames, parentRefs } = spec;
  return {
    hostnames: hostnames === undefined ? undefined : asList(hostnames),
    frames: apex.map(frameOf),
    others: rules.filter((rule) => !leadsTo(rule, canary, isOwn)),
    released: ledToSides ? undefined : { parentRefs, hostnames, rules },
  };
}

function frameOf({ matches, filters, timeouts }: JsonRecord): RuleFrame {
  return {
    ...(matches === undefined ? {} : { matches: asList(matches).map(asRecord) }),
    ...(filters === undefined ? {} : { filters: asList(filters).map(asRecord) }),
    ...(timeouts === undefined ? {} : { timeouts: asRecord(timeouts) }),
  };
}

/** Whether all rules of a route from before the Canary lead to the apex service or its two sides, and nowhere else. */
export function leadsToApexAlone(canary: Canary, object: AnyKubeObject): boolean {
  const rules = asList(asRecord(object['spec'])['rules']).map(asRecord);
  return rules.length > 0 && canBeKept(object) && rules.every((rule) => leadsTo(rule, canary, isOwn));
}

type Names = ReturnType<typeof namesOf>;

const isApex = (name: string, { apex }: Names): boolean => name === apex;
const isSide = (name: string, { primaryService, canaryService }: Names): boolean =>
  name === primaryService || name === canaryService;
const isOwn = (name: string, names: Names): boolean => isApex(name, names) || isSide(name, names);

function leadsTo(rule: JsonRecord, canary: Canary, accept: (name: string, names: Names) => boolean): boolean {
  const names = namesOf(canary);
  const backends = asList(rule['backendRefs']).map(asRecord);
  const { namespace } = canary.metadata;
  return (
    backends.length > 0 &&
    backends.every(
      (backend) =>
        (backend['kind'] ?? 'Service') === 'Service' &&
        (backend['group'] ?? '') === '' &&
        (backend['namespace'] ?? namespace) === namespace &&
        accept(asText(backend['name']) ?? '', names),
    )
  );
}

import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';

/**
 * The objects that a Canary claims, as `KIND/NAME` within its namespace: target, primary, the three services (routes have
 * their names) and the scalers. Read from the raw object, because an invalid Canary claims them, too. The recorded names
 * count until the Canary rests.
 */
export function claimsOf(canary: AnyKubeObject): readonly string[] {
  const spec = asRecord(canary['spec']);
  const serving = asRecord(asRecord(canary['status'])['serving']);
  const ref = asRecord(spec['autoscalerRef']);
  return [
    ...new Set([
      ...claimsByName(askedNames(spec)),
      ...[serving, ...asList(serving['former']).map(asRecord)].flatMap(claimsByName),
      ...withPrimary(asText(ref['kind']), asText(ref['name'])),
    ]),
  ];
}

/** The objects that a Canary writes now; before it serves anything, those that its spec names. */
export function claimsInForce(canary: AnyKubeObject): readonly string[] {
  const serving = asRecord(asRecord(canary['status'])['serving']);
  if (serving['target'] === undefined) return claimsOf(canary);
  return [serving, ...asList(serving['former']).map(asRecord)].flatMap(claimsByName);
}

function askedNames(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { kind, name: target } = asRecord(spec['targetRef']);
  const service = asText(asRecord(spec['service'])['name']) || target;
  return { kind, target, service };
}

function claimsByName(names: Readonly<Record<string, unknown>>): readonly string[] {
  const service = asText(names['service']);
  return [
    ...withPrimary(asText(names['kind']), asText(names['target'])),
    ...withPrimary('Service', service),
    ...(service === undefined ? [] : [`Service/${service}-canary`]),
  ];
}

const withPrimary = (kind: string | undefined, name: string | undefined): readonly string[] =>
  kind === undefined || name === undefined ? [] : [`${kind}/${name}`, `${kind}/${name}-primary`];

export interface Rival {
  readonly rival: AnyKubeObject;
  /** Objects that both claim; at least one. */
  readonly claims: readonly string[];
}

/**
 * The older Canary of `others` that claims one of the same objects; the oldest when there are several. Of two that were
 * created in the same second the first by name counts as older.
 */
export function rivalOf(canary: AnyKubeObject, others: readonly AnyKubeObject[]): Rival | undefined {
  const own = new Set(claimsOf(canary));
  const older = others.filter((other) => isOlder(other, canary)).toSorted((a, b) => (isOlder(a, b) ? -1 : 1));
  for (const rival of older) {
    const claims = claimsOf(rival).filter((claimed) => own.has(claimed));
    if (claims.length > 0) return { rival, claims };
  }
  return undefined;
}

function isOlder({ metadata: a }: AnyKubeObject, { metadata: b }: AnyKubeObject): boolean {
  const [made, other] = [a, b].map(({ creationTimestamp }) => Date.parse(creationTimestamp ?? '') || 0);
  return made === other ? a.name < b.name : (made ?? 0) < (other ?? 0);
}

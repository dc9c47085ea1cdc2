import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { gateways } from '@sluice/kube/objects/resources.ts';
import { asList, asNumber, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { GatewayWord, ReadObject } from '../../ports/router.ts';
import { isGateway, refTo } from './gateways.ts';
import type { GatewayRef } from './gateways.ts';

/** The word of all parents of a route together: the worst of their words. */
export function gatewayWord(canary: Canary, route: AnyKubeObject, read: ReadObject): GatewayWord {
  const asked = canary.spec.service?.gatewayRefs ?? [];
  // A spec without `gatewayRefs` leaves the route at its present parents.
  const standing = asList(asRecord(route['spec'])['parentRefs']) as readonly GatewayRef[];
  const refs = asked.length > 0 ? asked : standing;
  const words = refs.map((ref) => wordOf(ref, canary, route, read));
  for (const state of ['refuses', 'pending', 'silent'] as const) {
    const worst = words.find((word) => word.state === state);
    if (worst !== undefined) return worst;
  }
  return follows;
}

const follows: GatewayWord = { state: 'follows' };

function wordOf(ref: GatewayRef, canary: Canary, route: AnyKubeObject, read: ReadObject): GatewayWord {
  const { namespace } = canary.metadata;
  const to = refTo(ref, namespace);
  const name = `${ref.kind ?? 'Gateway'} ${to.namespace ?? ''}/${to.name}`;
  const gateway = isGateway(ref) ? read(gateways, to) : undefined;
  const isMissing = isGateway(ref) && gateway === undefined;
  if (isMissing && read.isListed?.(gateways, to.namespace) !== false)
    return { state: 'refuses', message: `${name} does not exist` };
  const entries = asList(asRecord(route['status'])['parents'])
    .map(asRecord)
    .filter((entry) => isSameParent(ref, asRecord(entry['parentRef']), namespace));
  if (entries.length === 0)
    return gateway !== undefined && hasSpoken(gateway)
      ? { state: 'pending', message: `${name} has not taken the route yet` }
      : { state: 'silent', message: `${name} writes no status for the route` };
  const words = entries.map((entry) => wordIn(entry, route, name));
  return (
    words.find(({ state }) => state === 'refuses') ??
    words.find(({ state }) => state === 'pending') ??
    follows
  );
}

function wordIn(entry: JsonRecord, route: AnyKubeObject, name: string): GatewayWord {
  const conditions = asList(entry['conditions']).map(asRecord);
  const find = (type: string): JsonRecord | undefined =>
    conditions.find((condition) => condition['type'] === type);
  const accepted = find('Accepted');
  if (accepted?.['status'] === 'False') return refusal(name, 'does not accept the route', accepted);
  const partly = find('PartiallyInvalid');
  if (partly?.['status'] === 'True') return refusal(name, 'takes only a part of the route', partly);
  const resolved = find('ResolvedRefs');
  if (resolved?.['status'] === 'False')
    return refusal(name, 'does not find what the route refers to', resolved);
  if (accepted?.['status'] !== 'True')
    return { state: 'pending', message: `${name} has not accepted the route yet` };
  const observed = asNumber(accepted['observedGeneration']);
  const generation = route.metadata.generation ?? 0;
  // Some gateways write no observedGeneration: waiting for one would never end.
  if (observed === undefined || observed >= generation) return follows;
  const message = `${name} has accepted generation ${observed} of the route, not yet ${generation}`;
  return { state: 'pending', message };
}

function refusal(name: string, what: string, condition: JsonRecord): GatewayWord {
  const reason = asText(condition['reason']) || 'no reason given';
  return { state: 'refuses', message: `${name} ${what} (${reason}: ${asText(condition['message']) ?? ''})` };
}

/**
 * Whether an implementation has written the status of a Gateway. The CRD gives a new Gateway conditions of its own,
 * which are Unknown: a Gateway without a controller keeps them.
 */
function hasSpoken(gateway: AnyKubeObject): boolean {
  return asList(asRecord(gateway['status'])['conditions']).some(
    (condition) => asText(asRecord(condition)['status']) !== 'Unknown',
  );
}

function isSameParent(ref: GatewayRef, parent: JsonRecord, namespace: string | undefined): boolean {
  return (
    ref.name === parent['name'] &&
    (ref.kind ?? 'Gateway') === (parent['kind'] ?? 'Gateway') &&
    (ref.namespace || namespace) === (parent['namespace'] ?? namespace) &&
    (ref.sectionName ?? '') === (parent['sectionName'] ?? '') &&
    (ref.port ?? 0) === (parent['port'] ?? 0)
  );
}

import { isObject, objectAt } from '../store/json.ts';
import type { DeleteOptions } from '../store/removal.ts';
import { badRequest } from '../store/status-error.ts';
import { isDryRun, numberParameter } from './query.ts';

const policies = ['Background', 'Foreground', 'Orphan'];

/** Reads DeleteOptions from the body; the query supplies fields that the body lacks. */
export function deleteOptionsOf(body: unknown, query: URLSearchParams): DeleteOptions {
  if (body !== undefined && !isObject(body)) throw badRequest('DeleteOptions must be an object');
  const preconditions = objectAt(body, 'preconditions');
  const grace = body?.['gracePeriodSeconds'] ?? numberParameter(query, 'gracePeriodSeconds');
  const policy = body?.['propagationPolicy'] ?? query.get('propagationPolicy');
  if (typeof policy === 'string' && policy !== '' && !policies.includes(policy)) {
    throw badRequest(
      `invalid propagationPolicy ${JSON.stringify(policy.slice(0, 40))}: use one of ${policies.join(', ')}`,
    );
  }
  const dryRun = isDryRun(query) || (Array.isArray(body?.['dryRun']) && body['dryRun'].includes('All'));
  return {
    ...(typeof preconditions['uid'] === 'string' ? { uid: preconditions['uid'] } : {}),
    ...(typeof preconditions['resourceVersion'] === 'string'
      ? { resourceVersion: preconditions['resourceVersion'] }
      : {}),
    ...(typeof grace === 'number' && Number.isFinite(grace) ? { gracePeriodSeconds: grace } : {}),
    ...(typeof policy === 'string' && policy !== '' ? { propagationPolicy: policy } : {}),
    dryRun,
  };
}

import { objectAt } from '../../store/json.ts';
import { json } from '../answer.ts';
import { requireObject } from '../body.ts';
import type { ApiContext } from '../context.ts';
import { decodeBody } from '../decode-body.ts';
import { deleteOptionsOf } from '../delete-options.ts';
import { refOfTarget, type Target } from '../target.ts';

/** Handles `POST pods/x/eviction` (drain) as a delete. Disruption budgets are stored, not enforced. */
export async function evictPod(context: ApiContext, target: Target, request: Request): Promise<Response> {
  const body = requireObject(await decodeBody(request));
  const options = deleteOptionsOf(objectAt(body, 'deleteOptions'), new URL(request.url).searchParams);
  context.store.delete(target.resource, refOfTarget(target), options);
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }, 201);
}
